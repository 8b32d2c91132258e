"""Who a member is: passwords, one-time codes, recovery codes, sessions and throttles."""

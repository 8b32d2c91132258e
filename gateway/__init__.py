"""The governance and publishing gateway: functional core, actions and shells (decisions in gateway/decisions)."""

"""Release calendars read from outside: bytes in, domain Releases out."""

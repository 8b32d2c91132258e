"""Connectors one by one: vectors, tables, conversations; no network."""

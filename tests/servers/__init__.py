"""Helpers that start real servers for the tests; each belongs to the test run and dies with it."""

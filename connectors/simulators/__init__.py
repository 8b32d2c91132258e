"""Pretend platforms over real HTTP on loopback, for the sandbox profile, the demo and the tests; never for production.

Each was written from a reading of the platform's contract separate from the connector's, so that one misreading does
not pass both, and each keeps its own truth file of what it accepted.
"""

"""X, once Twitter. Everything of the platform is in this folder; tlds.txt are the top-level domains it counts by."""

from __future__ import annotations

from connectors.x.connector import X

connector = X()

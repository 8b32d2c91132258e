"""X, once Twitter. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.x.connector import X

connector = X()

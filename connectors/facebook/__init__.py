"""Facebook Pages. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.facebook.connector import Facebook

connector = Facebook()

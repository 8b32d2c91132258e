"""Instagram, professional accounts by Instagram login. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.instagram.connector import Instagram

connector = Instagram()

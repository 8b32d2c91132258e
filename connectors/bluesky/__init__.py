"""Bluesky (AT Protocol) with an app password. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.bluesky.connector import Bluesky

connector = Bluesky()

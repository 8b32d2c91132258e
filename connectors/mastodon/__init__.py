"""Mastodon and servers that speak its API. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.mastodon.connector import Mastodon

connector = Mastodon()

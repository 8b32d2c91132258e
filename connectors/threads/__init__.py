"""Threads. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.threads.connector import Threads

connector = Threads()

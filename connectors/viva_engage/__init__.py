"""Viva Engage (Yammer) communities. Everything of the platform is in this folder."""

from __future__ import annotations

from connectors.viva_engage.connector import VivaEngage

connector = VivaEngage()

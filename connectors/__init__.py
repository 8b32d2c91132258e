"""Connectors to social platforms: a leaf package that imports nothing of ours outside itself."""

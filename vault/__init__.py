"""The organisation's encrypted vault: a leaf package; only the worker may open."""

"""LinkedIn organisations: posts with pictures or a link card, first comments, through the versioned REST API.

One instance serves every account; it is what the entry point `linkedin` loads.
"""

from connectors.linkedin.connector import LinkedIn

connector = LinkedIn()

"""Our platforms as they always answer well, and the examples of their documentation: what our connectors are held to by
`gateway connector check`. A third party brings the same for its own (connectors/README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors.conformance import Rehearsal
from connectors.rehearsals.basis import BLUESKY, LINKEDIN, MASTODON
from connectors.rehearsals.facebook import FACEBOOK
from connectors.rehearsals.meta import INSTAGRAM, THREADS
from connectors.rehearsals.recorded import RECORDED
from connectors.rehearsals.viva_engage import VIVA
from connectors.rehearsals.x import X

REHEARSALS: Mapping[str, Rehearsal] = {
    name: replace(one, recorded=RECORDED[name])
    for name, one in {
        "bluesky": BLUESKY,
        "facebook": FACEBOOK,
        "instagram": INSTAGRAM,
        "linkedin": LINKEDIN,
        "mastodon": MASTODON,
        "threads": THREADS,
        "viva_engage": VIVA,
        "x": X,
    }.items()
}

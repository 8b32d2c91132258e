"""`gateway demo`: the main job once, end to end, in real time, against pretend platforms over real HTTP on loopback.

It uses nothing of the gateway's inside: it starts `gateway init` and `gateway run` as anyone would, speaks to the JSON
API as each person would, and believes the platforms' own truth files, not the gateway's word.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.demo.stage import Broken, No, Stage
from gateway.cli.demo.story import CHAPTERS
from gateway.cli.demo.telling import Teller
from gateway.cli.speaking import Stop


def demo(
    folder: Annotated[Path | None, typer.Option(help="Where to keep what the demo makes; a new folder.")] = None,
) -> None:
    """Tell the whole story: queue, check, hold, approve, publish, prove; ends with an error if a step fails."""
    place = folder or Path(tempfile.mkdtemp(prefix="gateway-demo-"))
    teller = Teller()
    began = time.monotonic()
    with Stage(place, teller) as stage:
        for number, (title, chapter) in enumerate(CHAPTERS, start=1):
            teller.chapter(number, title)
            try:
                chapter(stage)
            except (Broken, No) as fault:
                raise Stop(f"The demo broke at step {number}: {title}", f"{fault}\nLook in {place}", 1) from fault
    teller.end(place, time.monotonic() - began)

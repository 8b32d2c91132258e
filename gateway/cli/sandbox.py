"""`gateway sandbox`: pretend platforms on this machine, and the settings that send everything to them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.speaking import Stop, say

# Made-up names of RFC 2606, so that a sandbox can never be mistaken for the real thing.
HOSTS = {"bluesky": "bluesky.example", "mastodon": "mastodon.example"}


def sandbox(
    truth: Annotated[Path, typer.Option(help="The folder for what the pretend platforms accepted.")] = Path(
        "var/sandbox"
    ),
    bluesky_port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 0,
    mastodon_port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 0,
) -> None:
    """Start pretend platforms on this machine and print the settings that lead to them."""
    truth.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "connectors.simulators", "--truth", str(truth)]
    command += ["--bluesky-port", str(bluesky_port), "--mastodon-port", str(mastodon_port)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: child.terminate())
    line = child.stdout.readline() if child.stdout else ""
    if not line:
        raise Stop(
            "The pretend platforms did not start", f"They ended with {child.wait()}; see above. Choose other ports."
        )
    say(*_lines(json.loads(line)))
    raise typer.Exit(0 if child.wait() in {0, -signal.SIGTERM, -signal.SIGINT} else 1)


def _lines(platforms: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What to put into the settings, and where to look."""
    pairs = ", ".join(f'"{HOSTS[name]}" = "{found["origin"]}"' for name, found in platforms.items())
    lines = ["# Put this into the settings file, then: gateway run --config FILE", 'profile = "sandbox"', "[sandbox]"]
    lines += [f"hosts = {{ {pairs} }}", ""]
    for name, found in platforms.items():
        lines.append(f"# {name}: accounts live at https://{HOSTS[name]}; timeline: {found['origin']}/")
        lines.append(f"#   what it accepted: {found['truth']}")
    return [*lines, "# They run until Ctrl-C."]

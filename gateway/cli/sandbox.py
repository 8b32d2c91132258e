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

from connectors import registry
from connectors.simulators.running import PLATFORMS
from gateway.cli.speaking import Stop, say


def sandbox(
    truth: Annotated[Path, typer.Option(help="The folder for what the pretend platforms accepted.")] = Path(
        "var/sandbox"
    ),
    first_port: Annotated[
        int, typer.Option(min=0, max=65000, help="The first platform's port, the others after it; 0: any free ones.")
    ] = 0,
) -> None:
    """Start every pretend platform on this machine and print the settings that lead to them."""
    truth.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "connectors.simulators", "--truth", str(truth)]
    for number, name in enumerate(sorted(PLATFORMS)):
        command += [f"--{name}-port", str(first_port and first_port + number)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: child.terminate())
    line = child.stdout.readline() if child.stdout else ""
    if not line:
        raise Stop(
            "The pretend platforms did not start", f"They ended with {child.wait()}; see above. Choose another port."
        )
    say(*_lines(json.loads(line), _hosts()))
    raise typer.Exit(0 if child.wait() in {0, -signal.SIGTERM, -signal.SIGINT} else 1)


def _hosts() -> Mapping[str, tuple[str, ...]]:
    """The fixed hosts of each installed connector that has any; its manifest knows them."""
    installed = registry.load()
    return {name: tuple(sorted(one.manifest.hosts)) for name, one in installed.items() if one.manifest.hosts}


def _lines(platforms: Mapping[str, Mapping[str, Any]], hosts: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What to put into the settings, and where to look. A platform of many servers gets a made-up name of RFC 2606."""
    homes = {name: hosts.get(name, (f"{name.replace('_', '-')}.example",)) for name in platforms}
    pairs = ", ".join(f'"{host}" = "{platforms[name]["origin"]}"' for name in platforms for host in homes[name])
    lines = ["# Put this into the settings file, then: gateway run --config FILE", 'profile = "sandbox"', "[sandbox]"]
    lines += [f"hosts = {{ {pairs} }}", ""]
    for name, found in platforms.items():
        lines.append(f"# {name}: accounts live at https://{homes[name][-1]}; timeline: {found['origin']}/")
        lines.append(f"#   what it accepted: {found['truth']}")
    return [*lines, "# They run until Ctrl-C."]

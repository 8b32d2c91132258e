"""`gateway init`: data folder, database, keys and the first administrator's one-time link; safe to run again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.keys import PIPE_HOLDS, handed, typed_key
from gateway.cli.speaking import Config, Stop, say
from gateway.settings import Settings, read_settings


def init(
    organisation: Annotated[str | None, typer.Option(help="Whose gateway this is.")] = None,
    administrator: Annotated[str, typer.Option(help="The first administrator's name.")] = "administrator",
    team: Annotated[str, typer.Option(help="The first administrator's team.")] = "Administration",
    config: Config = None,
    key_fd: Annotated[int | None, typer.Option("--key-fd", hidden=True)] = None,
) -> None:
    """Set the gateway up and invite its first administrator; run again, it makes only what is missing."""
    settings = read_settings(config, organisation=organisation)
    key = _handed_down(key_fd) if key_fd is not None else typed_key(settings, new=True)
    made = set_up_all(settings, config, key)
    say(*(f"Made {path}" for path in made))
    say(*_next(settings, _invited(settings, administrator, team)))


def _handed_down(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as pipe:
        return pipe.read(PIPE_HOLDS)


def set_up_all(settings: Settings, config: Path | None, key: bytes | None) -> list[Path]:
    """Make what is missing, the vault's keys through the worker; which files are new. Raises Stop."""
    from gateway.cli.upgrading import upgrading
    from gateway.setup import set_up
    from gateway.wiring import BOX_SIGNER, CONTENT_KEY, LOG_KEY

    names = [CONTENT_KEY, "gateway.db", BOX_SIGNER, LOG_KEY]
    if settings.vault.key_source == "file":
        names.append(settings.vault.key_file)
    missing = [path for name in names if not (path := settings.in_data(name)).exists()]
    with upgrading():
        set_up(settings)
    _set_up_vault(config, key)
    return [path for path in missing if path.exists()]


def _set_up_vault(config: Path | None, key: bytes | None) -> None:
    with handed(key) as (arguments, descriptors):
        command = [sys.executable, "-m", "scheduler", "setup", *_config(config), *arguments]
        done = subprocess.run(command, pass_fds=descriptors, capture_output=True, text=True)  # noqa: S603 - our own
    if done.returncode != 0:
        raise Stop(
            "The vault could not be set up", done.stderr.strip() or "The worker gave no reason.", done.returncode
        )


def _config(config: Path | None) -> list[str]:
    return ["--config", str(config)] if config else []


def _invited(settings: Settings, administrator: str, team: str) -> str | None:
    """The one-time token of the first administrator; None as soon as there is anyone."""
    from gateway.actions.enrol import first_invitation
    from gateway.domain.refusal import Reason, Refused
    from gateway.wiring import build_world

    world = build_world(settings)
    try:
        return first_invitation(world, administrator, administrator, team).link_token
    except Refused as refusal:
        if refusal.reason is not Reason.WRONG_STATE:
            raise
        return None
    finally:
        world.storage.close()


def _next(settings: Settings, token: str | None) -> list[str]:
    lines = []
    if token is not None:
        lines += [
            "",
            "The first administrator's one-time link token, good for 24 hours:",
            f"  {token}",
            "Start the gateway, then open this link in a browser:",
            f"  {settings.web.public_origin.rstrip('/')}/join#{token}",
            "Or use the token here with `gateway member enrol`.",
        ]
    if settings.vault.key_source == "file":
        key = settings.in_data(settings.vault.key_file)
        lines += ["", f"The vault's key is {key}. Save a copy away from this machine and away from the backups:"]
    else:
        lines += ["", "The vault's passphrase is nowhere on this machine. Keep it where it cannot be lost:"]
    lines.append("without it the credentials are lost and every account must be connected again.")
    lines.append(f"Save {settings.in_data('content.key')} with it: it opens the members' second factors.")
    return [*lines, "", "Next: gateway run"]

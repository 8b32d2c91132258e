"""The operator's own application at each platform, from the settings and its secret files; in the worker alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.settings import BadSettings, Settings
from vault.secret import Secret

OTHERS = 0o077


@dataclass(frozen=True)
class Application:
    """Fields that every credential at the platform has besides its own, and facts of every account there."""

    fields: Mapping[str, Secret] = field(default_factory=dict)
    facts: tuple[tuple[str, int], ...] = ()

    def with_facts(self, found: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        """What an account's server published, with the operator's own facts on top."""
        return tuple(sorted((dict(found) | dict(self.facts)).items()))


NONE = Application()
Applications = Mapping[str, Application]


def read_applications(settings: Settings) -> Applications:
    """By platform. Raises BadSettings for a secret that is not there, or that others may read."""
    return {
        name: Application(
            {field: Secret(value) for field, value in part.application.items() if value}
            | {field: read_secret(settings.in_data(file), f"platforms.{name}") for field, file in part.secrets.items()},
            tuple(sorted(part.facts.items())),
        )
        for name, part in settings.platforms.items()
    }


def read_secret(path: Path, setting: str) -> Secret:
    """The secret in a file that only its owner may read. Raises BadSettings."""
    try:
        if path.stat().st_mode & OTHERS:
            raise BadSettings(f"Others may read {path} ({setting}): run chmod 600 on it")
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadSettings(f"The secret file {path} ({setting}) cannot be read: {fault}") from fault
    if not text:
        raise BadSettings(f"The secret file {path} ({setting}) is empty: put the secret into it")
    return Secret(text)

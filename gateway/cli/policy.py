"""`gateway policy`: what is in force, what differs, what its own tests say, and what a new one would change."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.actions.foreseeing import Foreseen, foresee_policy, foresee_profile
from gateway.cli.policy_examples import examples_in, failures
from gateway.cli.signing import signed_in
from gateway.cli.speaking import Config, SessionToken, say, table
from gateway.clock import Clock
from gateway.domain.policy import Policy
from gateway.domain.rules import RULES_VERSION
from gateway.domain.rules.profiles import active
from gateway.domain.statistics import STATISTICS_VERSION
from gateway.embargo_policy import embargo_policy_later, read_embargo_policy
from gateway.judge import Judge
from gateway.settings import Settings, governing_texts, policy_folder, read_policy, read_settings
from gateway.wiring import clock_of

APP = typer.Typer(no_args_is_help=True, help="The policy: readable files that decide what may be said.")
FAILED = 1
Folder = Annotated[Path, typer.Argument(help="A policy folder.", exists=True, file_okay=False)]
MaybeFolder = Annotated[Path | None, typer.Argument(help="A policy folder; the one of the settings where not given.")]


@APP.command()
def show(
    folder: MaybeFolder = None,
    preview: Annotated[str | None, typer.Option(help="A profile: list what it would hold of what waits.")] = None,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Show a policy: its id, what each finding means and where that comes from, and the dated profiles."""
    if preview is not None:
        _preview(preview, config, session)
        return
    settings = read_settings(config)
    policy = _policy(folder or policy_folder(settings))
    say(f"policy {policy.id}", f"rules version {RULES_VERSION}, classifier version {STATISTICS_VERSION}")
    tiers = sorted(policy.tiers)
    rows = [
        (rule, *(policy.severities_for(tier)[rule] for tier in ("", *tiers)), policy.sources.get(rule, ""))
        for rule in policy.severities
    ]
    table(("finding", "means", *(f"on {tier}" for tier in tiers), "comes from"), rows)
    table(("profile", "begins", "ends", "now", "title"), _profiles(policy, clock_of(settings)))


def _profiles(policy: Policy, clock: Clock) -> Iterator[tuple[object, ...]]:
    now = clock.now()
    in_force = {one.name for one in active(policy.profiles, now)}
    for one in policy.profiles:
        ahead = "to come" if not now.maybe_past(one.begins) else "over"
        yield one.name, _day(one.begins), _day(one.ends), "in force" if one.name in in_force else ahead, one.title


def _day(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M")


def _preview(name: str, config: Path | None, session: str | None) -> None:
    with signed_in(config, session) as desk:
        held = desk.act(foresee_profile, name)
    table(("submission", "why"), [(one.submission, ", ".join(one.why)) for one in held])
    say(f"{len(held)} of what waits would be held by {name}.")


@APP.command()
def diff(before: Folder, after: Folder) -> None:
    """Show what differs between two policy folders, line by line, and the id of each."""
    old, new = governing_texts(before), governing_texts(after)
    for name in sorted(old.keys() | new.keys()):
        lines = (old.get(name, "").splitlines(), new.get(name, "").splitlines())
        say(*difflib.unified_diff(*lines, f"{name} (before)", f"{name} (after)", n=1, lineterm=""))
    say(f"before {_policy(before).id}", f"after  {_policy(after).id}")


@APP.command("test")
def run_examples(folder: MaybeFolder = None, config: Config = None) -> None:
    """Run a policy's own examples, in the folder tests beside its files; exit 1 where one is judged otherwise."""
    place = folder or policy_folder(read_settings(config))
    examples = examples_in(place)
    wrong = list(failures(examples, _policy(place), read_embargo_policy(place)))
    table(("example", "wanted", "judged"), wrong)
    say(f"{len(examples) - len({row[0] for row in wrong})} of {len(examples)} examples are judged as they should be.")
    if wrong or not examples:
        raise typer.Exit(FAILED)


@APP.command("shadow")
def shadow_run(
    folder: Folder,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest submissions.")] = 200,
    config: Config = None,
    session: SessionToken = None,
) -> None:
    """Judge the newest submissions by another policy folder and show what it would change; nothing is switched on."""
    policy, judge = _policy(folder), Judge(embargo_policy_later(folder))
    with signed_in(config, session) as desk:
        count, found = desk.act(foresee_policy, policy, judge, last)
    table(("submission", "embargo", "account", "found", "lost", "changed", "outcome"), _rows(found))
    say(f"{len(found)} of {count} submissions would be judged otherwise by {policy.id}.")


def _rows(found: Iterable[Foreseen]) -> Iterator[tuple[object, ...]]:
    for one in found:
        before, after = one.verdict
        verdict = "" if before == after else f"{before} -> {after}"
        if not one.differences:
            yield one.submission, verdict, "", "", "", "", ""
        for each in one.differences:
            outcome = "stricter" if each.tightened else "laxer" if each.loosened else ""
            changed = ", ".join(f"{rule} {was} -> {now}" for rule, was, now in each.changed)
            yield one.submission, verdict, each.post, _named(each.found), _named(each.lost), changed, outcome


def _named(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{rule} ({severity})" for rule, severity in pairs)


def _policy(folder: Path) -> Policy:
    return read_policy(Settings(policy=str(folder.resolve())))

"""The registry finds what is installed, refuses what is wrong, and names the offender."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

import pytest

from connectors.contract import Authorisation, Manifest
from connectors.registry import GROUP, BadConnector, load
from connectors.words import Home, Limits
from tests.connectors import pigeon

HERE = "tests.connectors.test_registry"


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


PIGEON = entry("pigeon", "tests.connectors.pigeon:connector")


def manifest(**changes: object) -> Manifest:
    whole: dict[str, object] = {"hosts": frozenset({"api.pigeon.example"}), "own_origin": False, "fields": ("ring",)}
    return Manifest(**(whole | changes))  # type: ignore[arg-type]  # wrong ones are the point


class Mute(pigeon.Pigeon):
    revoke = None  # type: ignore[assignment]


class Limitless(pigeon.Pigeon):
    def limits(self, home: Home) -> Limits:
        return 300  # type: ignore[return-value]


class Fussy(pigeon.Pigeon):
    def limits(self, home: Home) -> Limits:
        raise LookupError("no such home")


class NoRoom(pigeon.Pigeon):
    def limits(self, home: Home) -> Limits:
        return Limits(characters=0)


class Undeclared(pigeon.Pigeon):
    manifest = None  # type: ignore[assignment]


def with_manifest(**changes: object) -> pigeon.Pigeon:
    made = pigeon.Pigeon()
    made.manifest = manifest(**changes)
    return made


mute, limitless, fussy, undeclared, no_room = Mute(), Limitless(), Fussy(), Undeclared(), NoRoom()
no_fields, blank_field = with_manifest(fields=()), with_manifest(fields=("ring", " "))
twice_a_field = with_manifest(fields=("ring", "ring"))
with_scheme = with_manifest(hosts=frozenset({"https://api.pigeon.example"}))
with_port = with_manifest(hosts=frozenset({"api.pigeon.example:8443"}))
with_star = with_manifest(hosts=frozenset({"*.pigeon.example"}))
with_number = with_manifest(hosts=frozenset({"127.0.0.1"}))
to_nobody = with_manifest(hosts=frozenset())
a_class = pigeon.Pigeon


def asking(url: str, **changes: object) -> pigeon.Pigeon:
    """A connector that asks for consent at `url`."""
    asked = {"scopes": ("coo",), "application": ("client_id",), "authorise": lambda _: Authorisation(url)}
    return with_manifest(fields=(), **(asked | changes))


consenting = asking("https://api.pigeon.example/oauth")
own_consenting = asking("https://example.org/oauth", own_origin=True)
consent_elsewhere = asking("https://gull.example/oauth")
consent_plain = asking("http://api.pigeon.example/oauth")
consent_unscoped = asking("https://api.pigeon.example/oauth", scopes=())
consent_nameless = asking("https://api.pigeon.example/oauth", application=())
consent_none = asking("", authorise=lambda _: "https://api.pigeon.example")

WRONG = {
    "mute": "cannot revoke",
    "limitless": "limits.. gave int",
    "fussy": "LookupError: no such home",
    "no_room": "no room",
    "undeclared": "manifest is not a",
    "no_fields": "fields must be",
    "blank_field": "fields must be",
    "twice_a_field": "fields must be",
    "with_scheme": "plain host names, not https://api.pigeon.example",
    "with_port": "plain host names",
    "with_star": "plain host names",
    "with_number": "plain host names",
    "to_nobody": "speak to nobody",
    "consent_elsewhere": "leads to another place",
    "consent_plain": "leads to another place",
    "consent_unscoped": "consent without scopes",
    "consent_nameless": "consent without scopes",
    "consent_none": "authorise.. gave str",
    "a_class": "must be an instance",
    "not_there": "AttributeError",
}


def test_the_installed_connectors_are_found_by_their_entry_points() -> None:
    ours = {one.name for one in entry_points(group=GROUP)}
    assert {"bluesky", "mastodon"} <= ours
    assert {name: connector.name for name, connector in load().items()} == {name: name for name in ours}


def test_a_third_partys_connector_is_found_and_loaded() -> None:
    assert load(entries=[PIGEON])["pigeon"] is pigeon.connector


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_connector_is_refused_and_named(what: str) -> None:
    with pytest.raises(BadConnector, match=WRONG[what]) as refused:
        load(entries=[entry("pigeon", f"{HERE}:{what}")])
    assert "'pigeon'" in str(refused.value)
    assert f"{HERE}:{what}" in str(refused.value)


@pytest.mark.parametrize("what", ["consenting", "own_consenting"])
def test_a_connector_may_ask_for_consent_alone(what: str) -> None:
    assert load(entries=[entry("pigeon", f"{HERE}:{what}")])["pigeon"].manifest.authorise


def test_a_connector_whose_module_is_missing_is_refused_and_named() -> None:
    with pytest.raises(BadConnector, match=r"'gull' \(no_such_gull:connector.*ModuleNotFoundError"):
        load(entries=[entry("gull", "no_such_gull:connector")])


def test_a_connector_under_another_name_than_its_own_is_refused() -> None:
    with pytest.raises(BadConnector, match="its name is 'pigeon', its entry point's 'gull'"):
        load(entries=[entry("gull", PIGEON.value)])


def test_two_connectors_of_one_name_are_refused() -> None:
    with pytest.raises(BadConnector, match="'pigeon' is offered twice"):
        load(entries=[PIGEON, entry("pigeon", f"{HERE}:mute")])


def test_a_connector_that_nobody_offers_is_refused_by_name() -> None:
    with pytest.raises(BadConnector, match="'gull': no installed package"):
        load(["gull"])


def test_the_offenders_distribution_is_named() -> None:
    (ours,) = (one for one in entry_points(group=GROUP) if one.name == "bluesky")
    with pytest.raises(BadConnector, match="of social-gateway"):
        load(entries=[ours, ours])


def test_only_what_is_asked_for_is_loaded() -> None:
    def offered() -> Iterator[EntryPoint]:
        yield PIGEON
        yield entry("gull", "no_such_gull:connector")

    assert list(load(["pigeon"], entries=offered())) == ["pigeon"]


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), [("bluesky", "mastodon"), ("mastodon", "bluesky")])
def test_loading_one_connector_does_not_import_another(one: str, other: str) -> None:
    program = f"""
import sys
from connectors.registry import load
load(["{one}"])
assert "connectors.{one}" in sys.modules
sys.exit(any(name.startswith(("connectors.{other}", "gateway", "vault", "scheduler")) for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

"""Every wall and rule, broken once on purpose: a check that cannot fail guards nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.contracts import Report, contracts, copy_of_the_house, lint
from tests.architecture.rules import RULES, Rule
from tests.architecture.source import ROOT, Module

# Contract, the module that breaks it, and the line that does.
BREACHES = [
    ("one-way", "gateway/domain/breach.py", "import gateway.storage"),
    ("one-way", "gateway/web/breach.py", "def late() -> None:\n    import scheduler"),
    ("one-way", "gateway/identity/breach.py", "from gateway import storage"),
    ("core", "gateway/domain/breach.py", "import sqlalchemy"),
    ("core", "gateway/domain/breach.py", "from connectors.contract import Request"),
    ("connectors-leaf", "connectors/bluesky/breach.py", "import gateway.domain"),
    ("connectors-apart", "connectors/bluesky/breach.py", "import connectors.mastodon"),
    ("connectors-apart", "connectors/simulators/breach.py", "import connectors.bluesky"),
    ("vault-leaf", "vault/breach.py", "import gateway.domain"),
    ("safe", "gateway/cli/breach.py", "import vault.safe"),
    ("safe", "gateway/actions/breach.py", "import vault.rotate"),
    ("box", "gateway/web/breach.py", "import vault.box"),
    ("platforms", "gateway/actions/breach.py", "import connectors.x"),
    ("sql", "gateway/web/breach.py", "import sqlalchemy"),
]

# Rule, where, and a line that breaks it.
OFFENCES: list[tuple[Rule, str, str]] = [
    (rules.core_imports_the_standard_library_and_the_words, "gateway/domain/a.py", "import regex"),
    (rules.core_imports_the_standard_library_and_the_words, "gateway/domain/a.py", "from connectors import contract"),
    (rules.guarded_modules_have_few_importers, "gateway/actions/post.py", "from vault.box import Deposit"),
    (rules.guarded_modules_have_few_importers, "gateway/web/a.py", "def f():\n    from vault import safe"),
    (rules.connectors_do_not_know_each_other, "connectors/mastodon/a.py", "from ..bluesky import limits"),
    (rules.connectors_do_not_know_each_other, "connectors/listing.py", "from connectors.breach import turn"),
    (rules.connectors_do_not_know_each_other, "connectors/simulators/a.py", "from connectors.contract import Ask"),
    (rules.nobody_reads_the_clock, "gateway/domain/a.py", "from datetime import datetime\nx = datetime.now()"),
    (rules.nobody_reads_the_clock, "scheduler/a.py", "import datetime\nx = datetime.datetime.now(datetime.UTC)"),
    (rules.nobody_reads_the_clock, "gateway/actions/a.py", "import time\nx = time.time()"),
    (rules.nobody_reads_the_clock, "gateway/actions/a.py", "def f(at=date.today): ..."),
    (rules.nobody_reads_the_clock, "gateway/actions/a.py", "from time import time as read"),
    (rules.nobody_reads_the_clock, "connectors/mastodon/a.py", "import time\nx = time.monotonic()"),
    (rules.nobody_reads_the_clock, "gateway/web/a.py", "import pendulum\nx = pendulum.now('UTC')"),
    (rules.nobody_makes_chance, "gateway/chance.py", "import random"),
    (rules.nobody_makes_chance, "vault/a.py", "from secrets import token_bytes"),
    (rules.nobody_makes_chance, "gateway/actions/a.py", "import os\nx = os.urandom(16)"),
    (rules.the_database_does_not_tell_the_time, "gateway/storage/a.py", "c = Column(server_default=text('0'))"),
    (rules.the_database_does_not_tell_the_time, "gateway/storage/a.py", "q = select(func.now())"),
    (rules.the_database_does_not_tell_the_time, "gateway/storage/a.py", "q = text('SELECT now()')"),
    (rules.platforms_are_not_called_by_name, "gateway/actions/a.py", "if platform == 'mastodon': pass"),
    (rules.platforms_are_not_called_by_name, "scheduler/a.py", "class BlueskyCourier: ..."),
    (rules.platforms_are_not_called_by_name, "gateway/web/a.py", "from connectors.mastodon import connector"),
    (rules.nobody_catches_everything, "scheduler/courier.py", "try:\n    a()\nexcept Exception:\n    pass"),
    (
        rules.nobody_catches_everything,
        "gateway/a.py",
        "try:\n    a()\nexcept (ValueError, BaseException) as e:\n    b(e)",
    ),
    (rules.nobody_catches_everything, "gateway/a.py", "try:\n    a()\nexcept:\n    pass"),
    (rules.nothing_is_too_long_to_read, "gateway/a.py", "def f():\n" + "    x = 1\n" * 50),
    (rules.nothing_is_too_long_to_read, "gateway/a.py", "x = 1\n" * 401),
    (rules.what_is_public_is_explained, "gateway/a.py", "x = 1"),
    (rules.what_is_public_is_explained, "gateway/a.py", '"""Said."""\ndef f(): ...'),
    (rules.what_is_public_is_explained, "gateway/a.py", '"""Said."""\nclass A:\n    async def f(self): ...'),
    (rules.nothing_is_left_for_later, "gateway/a.py", "x = 1  # TO" + "DO: think"),
    (rules.nothing_is_left_for_later, "gateway/a.py", "def f():\n    raise NotImplemented" + "Error"),
    (rules.names_mean_something, "gateway/text_utils.py", ""),
    (rules.annotations_stay_words, "gateway/a.py", "def f(): ..."),
]


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "path", "line"), BREACHES)
def test_a_breach_of_a_contract_is_reported(contract: str, path: str, line: str, copy: Path, sound: Report) -> None:
    assert contract not in sound.broken, sound.words
    breach = copy / path
    breach.write_text(line)
    try:
        report = lint(copy)
    finally:
        breach.unlink()
    assert contract in report.broken, report.words


@pytest.mark.slow
def test_a_further_platform_is_a_folder_and_one_line(copy: Path, sound: Report) -> None:
    folder, guest = copy / "connectors" / "pigeon_post", ROOT / "tests" / "thirdparty" / "pigeon_post"
    shutil.copytree(guest, folder, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        report = lint(copy)
    finally:
        shutil.rmtree(folder)
    assert (report.broken, report.kept) == (sound.broken, sound.kept), report.words
    files = [Module(f"connectors/pigeon_post/{file.name}", file.read_text()) for file in guest.glob("*.py")]
    assert [str(one) for file in files for rule in RULES for one in rule(file)] == []


def test_every_contract_was_broken_once() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(contracts())


@pytest.mark.parametrize(("rule", "path", "line"), OFFENCES, ids=lambda value: getattr(value, "__name__", None))
def test_an_offence_against_a_rule_is_found(rule: Rule, path: str, line: str) -> None:
    assert list(rule(Module(path, line))) != []


def test_every_rule_was_broken_once() -> None:
    assert {rule for rule, _, _ in OFFENCES} == set(RULES)


def test_what_is_allowed_is_not_found() -> None:
    worker = "from vault import safe\nimport time\nx = time.monotonic()\n"
    worker += "try:\n    a()\nexcept Exception:\n    b()\n    raise"
    assert [str(one) for rule in RULES[:9] for one in rule(Module("scheduler/fuse.py", worker))] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the house, to break walls in."""
    root = copy_of_the_house(tmp_path_factory.mktemp("house"))
    yield root
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def sound(copy: Path) -> Report:
    """What the linter says of the copy before anything is broken."""
    return lint(copy)

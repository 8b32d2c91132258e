"""`gateway release`: read from wherever it may be read, shown, watched, and changed by two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.calendar.office import release_of, search
from tests.cli.house import House, a_house

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
LATER = SOON + timedelta(days=2)


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for each test: what one asks to be changed would be met by the next, in whatever order they come."""
    with a_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A calendar with one release, in a couple of hours."""
    path = tmp_path / "soon.json"
    path.write_bytes(search([release_of("soon", SOON, title="Prices [red]soon[/red]")]))
    return path


def test_a_file_and_a_folder_are_imported_and_shown(house: House, file: Path) -> None:
    assert "Read 1 releases from soon.json" in house.cli("release", "import", str(file), by="cyd").out
    (file.parent / "more.json").write_bytes(search([release_of("more", LATER)]))
    said = house.cli("release", "import", str(file.parent), "--source", "folder", by="cyd")
    assert "Read 2 releases from folder" in said.out
    shown = house.cli("release", "show", "/releases/soon", by="ada").out
    assert "Prices [red]soon[/red] (/releases/soon)" in shown
    assert f"{SOON:%Y-%m-%d %H:%M:%S} UTC" in shown
    assert "not seen" in shown
    assert house.cli("release", "show", "/releases/absent", by="ada").code == 1


def test_watch_once_prints_what_is_near_and_ends(house: House, file: Path) -> None:
    house.cli("release", "import", str(file), by="cyd")
    (file.parent / "far.json").write_bytes(search([release_of("far", SOON + timedelta(days=30))]))
    house.cli("release", "import", str(file.parent / "far.json"), by="cyd")
    said = house.cli("release", "watch", "--once", by="ada")
    assert said.code == 0, said.err
    (row,) = [line for line in said.out.splitlines() if "/releases/soon" in line]
    assert row.startswith("1:")  # two hours from when this file was read, less what the suite took until here
    assert "/releases/far" not in said.out
    assert "/releases/far" in house.cli("release", "list", by="ada").out


def test_two_people_change_a_release_and_one_does_not(house: House, file: Path) -> None:
    house.cli("release", "import", str(file), by="cyd")
    change = ("release", "change", "/releases/soon", "--instant", LATER.isoformat())
    assert "nothing is changed yet" in house.cli(*change, by="olu").out
    again = house.cli(*change, by="olu")
    assert again.code == 1
    assert "Someone else" in again.err
    assert "by olu; a second person is missing" in house.cli("release", "show", "/releases/soon", by="ada").out
    assert f"now {LATER:%Y-%m-%d %H:%M} UTC, final" in house.cli(*change, by="olive").out
    assert "corrected: by two people" in house.cli("release", "show", "/releases/soon", by="ada").out
    assert "second person has to import" in house.cli("release", "import", str(file), by="cyd").out
    for wrong in ("tomorrow", "2026-10-20T06:00:00"):
        assert house.cli("release", "change", "/releases/soon", "--instant", wrong, by="olu").code == 1


@pytest.mark.parametrize("place", ["https://elsewhere.example/calendar", "http://www.ons.gov.uk/calendar"])
def test_an_address_off_the_list_is_refused_before_anybody_signs_in(house: House, place: str) -> None:
    said = house.cli("release", "import", place)
    assert said.code == 1
    assert "[calendar] hosts" in said.err


@pytest.mark.parametrize("body", [b"", b"{", b'{"releases": []}', b"BEGIN:VCALENDAR", b"<?xml"])
def test_what_is_no_calendar_is_refused_with_what_to_do(house: House, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "calendar.json"
    path.write_bytes(body)
    said = house.cli("release", "import", str(path))
    assert said.code == 1
    assert "Nothing was imported" in said.err

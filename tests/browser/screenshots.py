"""`make screenshots`: fills a sandbox gateway, looks at it in Chromium and keeps the README's pictures, small.

Everything in them is pretended: people of the tests' cast, pretend platforms on this machine.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from connectors.words import AT_RELEASE
from gateway.actions import write
from gateway.domain.delivery import State
from gateway.domain.instant import rfc3339
from gateway.domain.post import PictureUse
from gateway.domain.release import Release, ReleaseState
from tests import cast
from tests.browser.gate import Gate, gate
from tests.cast import DAY, HOUR
from tests.flow.town import BLUESKY, MASTODON

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).parents[2] / "gateway" / "web" / "screenshots"
SIZE = {"width": 1120, "height": 900}
COLOURS, LARGEST = 64, 150_000
BARS = (0.35, 0.5, 0.62, 0.9)
TEXT = "Visits to the region’s museums rose again in June. The bulletin says where, and by how much. #MuseumVisits"


@dataclass(frozen=True)
class Shot:
    """One picture: its name, who looks, where, and what they do before it is taken."""

    name: str
    member: str
    path: Callable[[Gate], str]
    act: Callable[[Page], None] = lambda _: None


def fill(made: Gate) -> None:
    """Two accounts, posts that are out, that wait for their time, and one that waits for answers and a release."""
    town = made.town
    accounts = town.connect(BLUESKY), town.connect(MASTODON)
    out = town.post("The reading room is open again: Tuesday to Saturday, 10am to 5pm.", *accounts)
    town.settled(out, state=State.PUBLISHED)
    now = town.world.clock.now().earliest
    morning = (now + DAY).replace(hour=9, minute=30, second=0, microsecond=0)
    for hours, text in ((1, "Our offices are closed on Monday."), (26, "Meet the team behind the map: a talk, free.")):
        town.post(text, *accounts, wanted=rfc3339(morning + hours * HOUR))
    release = Release(
        id="/releases/museumvisitsjune",
        title="Museum visits: June",
        instant=morning,
        state=ReleaseState.FINAL,
        source="file",
        imported_at=now,
    )
    cast.write(town.world, release)
    cast.on_list(town.world, release.id, "ada", "bola")
    picture = write.add_picture(town.world, cast.who(town.world, "ada"), chart())
    use = PictureUse(picture.id, "Bar chart: visits by month, rising from March to June.", "Made by us")
    town.submit(TEXT, *accounts, wanted=AT_RELEASE, release=release.id, pictures=(use,))


def chart() -> bytes:
    """A bar chart without figures."""
    drawn = Image.new("RGB", (640, 360), "#f3f2f1")
    for number, height in enumerate(BARS):
        top, left = int(330 - 290 * height), 60 + 140 * number
        drawn.paste("#1d70b8" if number < len(BARS) - 1 else "#0b3d2e", (left, top, left + 90, 330))
    kept = io.BytesIO()
    drawn.save(kept, "PNG")
    return kept.getvalue()


def compose(page: Page) -> None:
    """Words that a check has something to say about, for both accounts."""
    for name in ("Bluesky", "Mastodon"):
        page.get_by_label(name).check()
    page.get_by_label("Text", exact=True).fill("COME AND SEE IT: the new map of the region’s museums #museumvisits")
    page.locator(".gw-preview").first.wait_for()
    page.get_by_label("Text", exact=True).scroll_into_view_if_needed()


def read(page: Page) -> None:
    """Down to the words themselves."""
    page.get_by_role("heading", name="What will be said").evaluate("heading => heading.scrollIntoView()")


def waiting(made: Gate) -> str:
    """The submission that waits for its approver."""
    with made.town.world.storage.reading() as readers:
        return f"/submissions/{max(readers.submissions.all(), key=lambda one: one.submitted_at).id}"


SHOTS = (
    Shot("compose", "ada", lambda _: "/compose", compose),
    Shot("approve", "bola", waiting, read),
    Shot("queue", "ada", lambda _: "/queue"),
)


def take(page: Page, made: Gate, shot: Shot) -> None:
    """One picture, in few colours."""
    page.context.clear_cookies()
    page.context.add_cookies([made.cookie(shot.member)])  # type: ignore[list-item]
    page.goto(made.address + shot.path(made))
    shot.act(page)
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = FOLDER / f"{shot.name}.png"
    drawn.save(path, "PNG", optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size} bytes; at most {LARGEST} are kept: show less of the page")
    sys.stdout.write(f"{path.relative_to(FOLDER.parents[2])}: {size} bytes\n")


def main() -> None:
    """Fill, look, keep."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Install Chromium (Debian: apt install chromium), then repeat this.")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, gate(Path(folder)) as made, sync_playwright() as play:
        fill(made)
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
        for shot in SHOTS:
            take(page, made, shot)
        browser.close()


if __name__ == "__main__":
    main()

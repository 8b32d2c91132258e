"""Installs the servers that `make test-real` publishes to, under var/real: a Bluesky PDS from npm, snac2 from Debian.

Nothing is installed into the system; what is there already in the wanted version is left alone. Package servers are
those that the machine's own npm and apt are set up for.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
REAL = HERE.parent.parent / "var" / "real"
PDS = REAL / "pds"
SNAC = REAL / "snac"
SNAC_PROGRAM = SNAC / "root" / "usr" / "bin" / "snac"
PDS_OWN_FILES = ("package.json", "package-lock.json", ".npmrc", "start.cjs", "loopback.cjs")
# snac2 is packaged for Debian from this suite on; its needs (libcurl4, libssl3) are in the stable release before, too.
SNAC_SUITE = "trixie-backports"
COMPILED = PDS / "node_modules" / "better-sqlite3" / "build" / "Release" / "better_sqlite3.node"


def install_pds() -> None:
    """npm ci without any package's scripts, then compile the one package that needs it."""
    PDS.mkdir(parents=True, exist_ok=True)
    lock = "package-lock.json"
    is_current = (PDS / lock).exists() and filecmp.cmp(HERE / "pds" / lock, PDS / lock, shallow=False)
    for name in PDS_OWN_FILES:
        shutil.copy(HERE / "pds" / name, PDS / name)
    if is_current and COMPILED.exists():
        return
    _run(PDS, "npm", "ci", "--ignore-scripts", "--loglevel=error")
    _run(PDS, "npm", "rebuild", "better-sqlite3", "--ignore-scripts=false", "--loglevel=error", env=_headers())
    if not COMPILED.exists():
        raise SystemExit("better-sqlite3 was not compiled: a C++ compiler, make and Node's headers are needed")


def install_snac() -> None:
    """Fetch Debian's package with lists of its own, so that the machine's apt settings stay as they are; unpack it."""
    if SNAC_PROGRAM.exists():
        return
    shutil.rmtree(SNAC, ignore_errors=True)
    for folder in ("lists/partial", "cache/archives/partial", "root"):
        (SNAC / folder).mkdir(parents=True)
    (SNAC / "sources.list").write_text(f"deb {_debian_mirror()} {SNAC_SUITE} main\n")
    settings = (
        f"Dir::Etc::sourcelist={SNAC}/sources.list",
        "Dir::Etc::sourceparts=/dev/null",
        f"Dir::State::lists={SNAC}/lists",
        f"Dir::Cache={SNAC}/cache",
        "Acquire::Languages=none",
        f"APT::Sandbox::User={'root' if os.geteuid() == 0 else ''}",
    )
    options = [part for setting in settings for part in ("-o", setting)]
    _run(SNAC, "apt-get", *options, "-qq", "update")
    _run(SNAC, "apt-get", *options, "-qq", "download", "snac2")
    (package,) = SNAC.glob("snac2_*.deb")
    _run(SNAC, "dpkg-deb", "-x", str(package), "root")


def _debian_mirror() -> str:
    """The machine's own Debian mirror, security updates aside. Raises SystemExit where apt knows none."""
    command = ["apt-get", "indextargets", "--format", "$(SITE)"]
    sites = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    mirrors = [site for site in sites if "security" not in site]
    if not mirrors:
        raise SystemExit("apt-get knows no package source: is this Debian?")
    return mirrors[0]


def _headers() -> dict[str, str]:
    """Node's own headers where they are installed beside it, so that compiling fetches nothing."""
    node = shutil.which("node")
    prefix = Path(node).resolve().parent.parent if node else Path("/usr")
    return {"npm_config_nodedir": str(prefix)} if (prefix / "include" / "node" / "node.h").exists() else {}


def _run(where: Path, *command: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=where,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-4000:]}")


def main() -> None:
    """Install both and say so."""
    parts: dict[str, Callable[[], None]] = {
        "a Bluesky PDS (two minutes the first time)": install_pds,
        "snac2": install_snac,
    }
    for what, install in parts.items():
        print(f"Installing {what} under {REAL.relative_to(HERE.parent.parent)} ...", flush=True)
        install()


if __name__ == "__main__":
    main()

"""`python -m tests.scan [--whole]`: wapiti looks for weaknesses in a running gateway, as nobody and as people.

It fails where wapiti calls anything of medium weight or above, where the gateway answered with an error of its own
(HTTP 5xx), or where it fetched an address that the scan had typed in. Wapiti is run as a program and nothing else: it
is installed by `make wapiti` from requirements-wapiti.lock into var/wapiti.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.browser.gate import Gate, gate
from tests.browser.screenshots import fill

WAPITI = Path(__file__).parents[2] / "var" / "wapiti" / "bin" / "wapiti"
MOST_SHUT = 0.02
# The gateway's own words for it: wapiti calls every answer above 499 an "Internal Server Error".
SHUT, OWN_ERROR = '"reason": "clock-unsure"', re.compile(r'"status": 5\d\d')
MEDIUM = 2  # of wapiti's weights: information, low, medium, high, critical
BOUNDED = ("cookieflags", "csp", "http_headers", "csrf", "redirect", "xss", "exec", "file", "crlf", "sql", "methods")
WHOLE = (*BOUNDED, "permanentxss", "ssrf", "xxe", "upload", "htaccess", "backup", "timesql", "ldap", "shellshock")
# What would end the session that the scan goes on with, or everybody's.
LEFT_OUT = ("/sign-out", "/sessions/*", "/members/*/leave", "/passkeys/*", "/enrol/*", "/enrol", "/freezes/*")
STARTS = ("/sign-in", "/queue", "/compose", "/audit", "/waiting", "/status")
NOBODY = ""
PEOPLE = (NOBODY, "cyd", "ada")
EVERYONE = (*PEOPLE, "bola", "eve", "sam")


@dataclass(frozen=True)
class Extent:
    """How far a scan goes: who looks, with which of wapiti's modules, and for how many seconds each."""

    people: Sequence[str]
    modules: Sequence[str]
    crawl: int
    attack: int
    force: str


USUAL = Extent(PEOPLE, BOUNDED, crawl=6, attack=2, force="polite")
LONG = Extent(EVERYONE, WHOLE, crawl=40, attack=15, force="normal")


@contextmanager
def lure() -> Iterator[tuple[str, list[str]]]:
    """An address that the scan types in wherever it can, and the paths that were fetched from it."""
    fetched: list[str] = []

    class Told(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/get_"):  # wapiti itself asks what came in
                fetched.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Kept in the list."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", fetched
    finally:
        server.shutdown()
        server.server_close()


def command(made: Gate, name: str, extent: Extent, endpoint: str, folder: Path) -> list[str]:
    """How wapiti is called for one person."""
    headers = ["Sec-Fetch-Site: same-origin", f"Origin: {made.address}"]
    said = [str(WAPITI), "-u", f"{made.address}/", "-m", ",".join(extent.modules), "-f", "json"]
    said += ["-o", str(folder / "found.json"), "--store-session", str(folder), "--store-config", str(folder / "config")]
    said += ["-S", extent.force, "--max-scan-time", str(extent.crawl), "--max-attack-time", str(extent.attack)]
    said += ["--endpoint", endpoint, "--no-bugreport", "--flush-session", "-v", "0", "-t", "10"]
    if name:
        said += ["-C", f"__Host-session={made.cookie(name)['value']}"]
    said += [part for path in STARTS for part in ("-s", made.address + path)]
    said += [part for path in LEFT_OUT for part in ("-x", made.address + path)]
    return said + [part for header in headers for part in ("-H", header)]


def findings(report: Path) -> tuple[list[str], int]:
    """What wapiti found that counts, a line each, and how many addresses it looked at."""
    told = json.loads(report.read_text(encoding="utf-8"))
    found = []
    for category, each in told["vulnerabilities"].items():
        found += [
            f"{category} ({one['level']}): {one['method']} {one['path']} {one['info']}"
            for one in each
            if one["level"] >= MEDIUM
        ]
    return found, int(told["infos"]["crawled_pages_nbr"])


def scan(made: Gate, name: str, extent: Extent) -> list[str]:
    """Everything that counts, as this person."""
    with tempfile.TemporaryDirectory() as folder, lure() as (endpoint, fetched):
        order = command(made, name, extent, endpoint, Path(folder))
        done = subprocess.run(order, capture_output=True, text=True, check=False)
        report = Path(folder, "found.json")
        if not report.exists():
            raise SystemExit(f"wapiti said nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        found, seen = findings(report)
    found += [f"fetched what was typed in: {path}" for path in fetched]
    sys.stdout.write(f"{name or 'nobody'}: {seen} addresses, {len(found)} findings of medium weight or above\n")
    sys.stdout.writelines(f"  {line}\n" for line in found)
    sys.stdout.flush()
    return found


def broken(log: Path) -> list[str]:
    """What the gateway itself says of answers with an error of its own. Raises SystemExit where its doors were shut for
    long (the machine's clock was set): little was looked at then.
    """
    lines = log.read_text(encoding="utf-8").splitlines()
    shut = sum(SHUT in line for line in lines)
    if shut > len(lines) * MOST_SHUT:
        raise SystemExit(f"{shut} of {len(lines)} times nobody was sure of the time: was the clock set? Run it again.")
    return [line for line in lines if OWN_ERROR.search(line) and SHUT not in line]


def main(arguments: Sequence[str]) -> int:
    """Start a gateway with posts in it, look as each person; 0 where nothing was found."""
    extent = LONG if "--whole" in arguments else USUAL
    if not WAPITI.exists():
        raise SystemExit("Run `make wapiti`: it installs wapiti into var/wapiti first.")
    with tempfile.TemporaryDirectory() as folder, gate(Path(folder)) as made:
        fill(made)
        found = [line for name in extent.people for line in scan(made, name, extent)]
        own = broken(Path(folder, "web.log"))
    sys.stdout.write(f"{len(own)} answers with an error of the gateway's own\n")
    sys.stdout.writelines(f"  {line}\n" for line in own)
    return 1 if found or own else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

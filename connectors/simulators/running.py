"""Starting and stopping simulators: in a thread with its own event loop, or in a process of their own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.simulators.bluesky import Bluesky
from connectors.simulators.bluesky_words import BlueskyRules
from connectors.simulators.facebook import Facebook
from connectors.simulators.facebook_words import FacebookRules
from connectors.simulators.instagram import Instagram
from connectors.simulators.instagram_words import InstagramRules
from connectors.simulators.linkedin import LinkedIn
from connectors.simulators.linkedin_words import LinkedInRules
from connectors.simulators.mastodon import Mastodon
from connectors.simulators.mastodon_words import MastodonRules
from connectors.simulators.pretend import Pretend
from connectors.simulators.server import serve_until
from connectors.simulators.threads import Threads
from connectors.simulators.threads_words import ThreadsRules
from connectors.simulators.truth import Event, Truth, read_truth
from connectors.simulators.viva_engage import VivaEngage
from connectors.simulators.viva_engage_words import VivaEngageRules
from connectors.simulators.x import X
from connectors.simulators.x_words import XRules

START_SECONDS = 30.0


def _bluesky(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return Bluesky(truth, BlueskyRules(**rules))


def _mastodon(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return Mastodon(truth, MastodonRules(**rules))


def _facebook(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return Facebook(truth, FacebookRules(**rules))


def _instagram(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return Instagram(truth, InstagramRules(**rules))


def _linkedin(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return LinkedIn(truth, LinkedInRules(**rules))


def _threads(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return Threads(truth, ThreadsRules(**rules))


def _viva_engage(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return VivaEngage(truth, VivaEngageRules(**rules))


def _x(truth: Truth, rules: Mapping[str, Any]) -> Pretend:
    return X(truth, XRules(**rules))


PLATFORMS: Mapping[str, Callable[[Truth, Mapping[str, Any]], Pretend]] = {
    "bluesky": _bluesky,
    "facebook": _facebook,
    "instagram": _instagram,
    "linkedin": _linkedin,
    "mastodon": _mastodon,
    "threads": _threads,
    "viva_engage": _viva_engage,
    "x": _x,
}


class Running:
    """A running simulator: where it is, what it did, and its knobs."""

    def __init__(self, name: str, origin: str, truth_path: Path, end: Callable[[], None]) -> None:
        self.name = name
        self.origin = origin
        self.truth_path = truth_path
        self._end: Callable[[], None] | None = end

    def stop(self) -> None:
        """Stop it and wait until it is gone; a second call does nothing."""
        end, self._end = self._end, None
        if end is not None:
            end()

    def truth(self, event: str | None = None) -> list[Event]:
        """What it wrote down, as `read_truth`."""
        return read_truth(self.truth_path, event)

    def knobs(self, **settings: Any) -> dict[str, Any]:
        """Turn knobs: faults=[...], latency_ms=, clear=True, rules={...}. Raises ValueError if wrong."""
        return self._control("knobs", settings)

    def fault(self, kind: str, path: str = "", method: str = "", **more: Any) -> None:
        """Queue one fault (`knobs.Fault`)."""
        self.knobs(faults=[{"kind": kind, "match": {"path": path, "method": method}, **more}])

    def accounts(self, count: int = 1, prefix: str = "account") -> list[dict[str, str]]:
        """Open accounts; what is needed to use each (handle, did, app_password or acct, id, access_token ...)."""
        found: list[dict[str, str]] = self._control("accounts", {"count": count, "prefix": prefix})["accounts"]
        return found

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """Somebody posts on the account outside the gateway; its id."""
        return self._control("foreign_post", {"account": account, "text": text})

    def edit_post(self, post: str, text: str) -> None:
        """Somebody changes the words of a post outside the gateway."""
        self._control("edit_post", {"id": post, "text": text})

    def remove_post(self, post: str) -> None:
        """Somebody removes a post outside the gateway."""
        self._control("remove_post", {"id": post})

    def change_profile(self, account: str, **changes: str) -> None:
        """Somebody changes the account's name, picture or bio outside the gateway."""
        self._control("profile", {"account": account, **changes})

    def expire(self, what: str = "access", account: str | None = None) -> int:
        """Let credentials run out; how many did."""
        return int(self._control("expire", {"what": what, "account": account})["expired"])

    def narrow(self, account: str, scope: str) -> int:
        """Take one scope out of an account's tokens; how many had it."""
        return int(self._control("narrow", {"account": account, "scope": scope})["narrowed"])

    def posts(self) -> list[dict[str, Any]]:
        """Every post that is there now, newest first."""
        found: list[dict[str, Any]] = self._control("posts", None)["posts"]
        return found

    def _control(self, name: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
        wire = HTTPConnection(self.origin.removeprefix("http://"), timeout=START_SECONDS)
        try:
            body = None if data is None else json.dumps(data)
            wire.request("GET" if data is None else "POST", f"/_sim/{name}", body, {"Connection": "close"})
            answer = wire.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
        finally:
            wire.close()
        if answer.status != 200:
            raise ValueError(found["error"])
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def start(name: str, truth_dir: str | Path, *, port: int = 0, process: bool = False, **rules: Any) -> Running:
    """Start the simulator of one platform (a name in PLATFORMS); its truth goes to `truth_dir/<name>.jsonl`.

    In a thread of this process, or in a process of its own (for measurements). `rules` are the fields of the
    platform's own `...Rules`. Raises KeyError for another name and TypeError for an unknown rule.
    """
    path = Path(truth_dir) / f"{name}.jsonl"
    return _start_process(name, path, port, rules) if process else _start_thread(name, path, port, rules)


def _start_thread(name: str, path: Path, port: int, rules: Mapping[str, Any]) -> Running:
    platform = PLATFORMS[name](Truth(path, name), rules)
    loop, stop, ready, ports = asyncio.new_event_loop(), asyncio.Event(), threading.Event(), [0]

    def told(found: list[int]) -> None:
        ports[:] = found
        ready.set()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(serve_until(stop, {platform: port}, told))
        except OSError:  # the port is taken: whoever waits is told below
            platform.truth.close()
        finally:
            ready.set()

    thread = threading.Thread(target=run, name=f"simulator-{name}", daemon=True)
    thread.start()
    if not ready.wait(START_SECONDS) or not ports[0]:
        raise RuntimeError(f"the {name} simulator did not start")

    def end() -> None:
        loop.call_soon_threadsafe(stop.set)
        thread.join(START_SECONDS)

    return Running(name, f"http://127.0.0.1:{ports[0]}", path, end)


def _start_process(name: str, path: Path, port: int, rules: Mapping[str, Any]) -> Running:
    order = [sys.executable, "-m", "connectors.simulators", "--truth", str(path.parent), f"--{name}-port", str(port)]
    child = subprocess.Popen([*order, "--rules", json.dumps({name: rules})], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module

    def end() -> None:
        child.terminate()
        child.wait(START_SECONDS)
        if child.stdout:
            child.stdout.close()

    line = child.stdout.readline() if child.stdout else ""
    if not line:
        end()
        raise RuntimeError(f"the {name} simulator did not start")
    return Running(name, json.loads(line)[name]["origin"], path, end)

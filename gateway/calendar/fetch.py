"""Fetching a calendar: https to hosts on the list alone, nothing followed, within a size and a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from gateway.calendar.fields import LARGEST
from gateway.calendar.refused import CalendarRefused
from gateway.calendar.walk import Answer
from gateway.clock import boot_seconds
from gateway.settings import Settings

HEADERS = {"User-Agent": "social-gateway release calendar", "Accept-Encoding": "identity", "Accept": "*/*"}


@dataclass(frozen=True)
class Fetcher:
    """`hosts` may be asked over https. `loopback` maps hosts to loopback origins in the sandbox, where then nothing
    else is contacted. `seconds` bounds one whole answer.
    """

    hosts: frozenset[str]
    loopback: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 20.0
    sandbox: bool = False
    elapsed: Callable[[], float] = boot_seconds

    def require(self, url: str) -> httpx.URL:
        """Where the request goes. Raises CalendarRefused for an address that is not on the list."""
        try:
            place = httpx.URL(url)
        except httpx.InvalidURL:
            raise CalendarRefused("The calendar's address cannot be read. Write it as https://HOST/PATH.") from None
        if place.scheme != "https" or place.userinfo or place.port not in {None, 443} or place.host not in self.hosts:
            raise CalendarRefused(
                f"{place.host or url[:60]} is not a calendar that may be fetched. Only https and the hosts in "
                "[calendar] hosts are; add it there if it should be."
            )
        if not self.sandbox:
            return place
        if place.host not in self.loopback:
            raise CalendarRefused(f"The sandbox has no address for {place.host}.")
        there = httpx.URL(self.loopback[place.host])
        return place.copy_with(scheme=there.scheme, host=there.host, port=there.port)

    def get(self, url: str) -> Answer:
        """One GET, whole. Raises CalendarRefused where nothing, too much or something packed comes back."""
        place = self.require(url)
        try:
            with (
                httpx.Client(follow_redirects=False, trust_env=False, timeout=self.seconds, headers=HEADERS) as client,
                client.stream("GET", place) as answer,
            ):
                return self._whole(answer)
        except httpx.HTTPError as error:
            raise CalendarRefused(
                f"The calendar cannot be reached ({type(error).__name__}). Wait, or check it."
            ) from None

    def _whole(self, answer: httpx.Response) -> Answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise CalendarRefused("The calendar came packed although plain was asked for.")
        end = self.elapsed() + self.seconds
        body = bytearray()
        for chunk in answer.iter_raw():
            body += chunk
            if len(body) > LARGEST:
                raise CalendarRefused(f"The calendar is larger than {LARGEST:,} bytes. Narrow its dates.")
            if self.elapsed() > end:
                limit = timedelta(seconds=self.seconds)
                raise CalendarRefused(f"The calendar took longer than {limit.total_seconds():.0f} s to come.")
        return Answer(answer.status_code, headers, bytes(body))


def fetcher_of(settings: Settings) -> Fetcher:
    """Who may be asked, as the settings say; in the sandbox profile only what is mapped to loopback."""
    return Fetcher(
        hosts=frozenset(settings.calendar.hosts),
        loopback=dict(settings.sandbox.hosts),
        seconds=settings.calendar.timeout_seconds,
        sandbox=settings.profile == "sandbox",
    )

"""Where the courier goes and where it never goes, with whom it speaks TLS, and what it takes along."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask, Commit, Manifest, Request, Upload
from gateway.clock import boot_seconds
from scheduler.courier import Courier
from scheduler.hosts import Blocked, Sandbox, bounds_of
from scheduler.outcome import Accepted, BackToHeld
from scheduler.transport import KEPT_ALIVE
from tests.scheduler.parcels import (
    HASTY,
    HOST,
    NOW,
    Hooks,
    Scripted,
    commit,
    courier_to,
    run,
    saying,
    sending,
)
from tests.servers.misbehaving import Misbehaving, say

TAKES = {"/commit": [say(200, thing={"id": "1"})]}


@asynccontextmanager
async def production(trust: ssl.SSLContext | None = None) -> AsyncIterator[Courier]:
    """A courier as it runs in production: no sandbox."""
    courier = Courier(lambda: NOW, lambda: "n", lambda _: b"", boot_seconds, None, HASTY, trust)
    yield courier
    await courier.close()


# --- the list of hosts ----------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/commit",
    "https://loft.example.evil.example/commit",
    "https://loft.example:444/commit",
    "https://loft.example@evil.example/commit",
    "https://ada:secret@loft.example/commit",
    "https://evil.example#@loft.example/commit",
    "https://evil.example\\@loft.example/commit",
    "http://loft.example/commit",
    "ftp://loft.example/commit",
    "//loft.example/commit",
    "/commit",
    "",
    "https:///commit",
    "file:///etc/passwd",
    "https://[::1/commit",
    "https://loft.example\r\nX: 1/commit",
    "https://169.254.169.254/commit",
    "https://localhost/commit",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_host_that_is_not_on_the_list_is_not_contacted_whoever_asks(url: str) -> None:
    async def main() -> None:
        async with Misbehaving(TAKES) as server, courier_to(server.origin) as courier:
            there = Request("POST", url, json={})
            for kind in (Ask, Upload, Commit):
                hooks = Hooks()
                outcome = await courier.deliver(sending(saying(kind(there), commit()), hooks))
                assert isinstance(outcome, BackToHeld)
                assert (outcome.why, outcome.flag, hooks.asked) == ("connector-faulty", "setup-wrong", [])
            assert not server.connections

    run(main())


@pytest.mark.parametrize("origin", ["", "http://loft.example", "https://ada@loft.example", "nonsense", "https://"])
def test_an_account_whose_origin_is_no_https_host_is_not_served(origin: str) -> None:
    async def main() -> None:
        async with production() as courier:
            outcome = await courier.deliver(sending(saying(commit(origin=origin)), origin=origin))
            assert isinstance(outcome, BackToHeld)
            assert outcome.flag == "setup-wrong"

    run(main())


def test_a_connector_without_own_origin_speaks_to_the_hosts_of_its_manifest_alone() -> None:
    class Fixed(Scripted):
        manifest = Manifest(hosts=frozenset({"cdn.example"}), own_origin=False, fields=("ring",))

    async def main() -> None:
        async with Misbehaving(TAKES) as own, Misbehaving(TAKES) as cdn, courier_to(own.origin, cdn.origin) as courier:
            refused = await courier.deliver(sending(saying(commit()), connector=Fixed()))
            taken = await courier.deliver(sending(saying(commit(origin="https://cdn.example")), connector=Fixed()))
            assert isinstance(refused, BackToHeld)
            assert isinstance(taken, Accepted)
            assert not own.connections
            assert len(cdn.arrivals) == 1

    run(main())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_follows_a_platform_elsewhere(status: int) -> None:
    async def main() -> None:
        async with Misbehaving({"/commit": [say(200)]}) as other:
            script = {"/commit": [say(status, b"", f"Location: {other.origin}/commit")]}
            async with Misbehaving(script) as server, courier_to(server.origin) as courier:
                await courier.deliver(sending(saying(commit())))
                assert len(server.arrivals) == 1
                assert not other.connections

    run(main())


# --- the sandbox ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1:80", "http://localhost:80", "http://simulator.example", "ftp://127.0.0.1", "http://0.0.0.0:1",
     "http://127.0.0.1:1/path", "http://u@127.0.0.1:1", "http://[::ffff:8.8.8.8]:1", "127.0.0.1:80", ""],
)  # fmt: skip
def test_the_sandbox_maps_to_loopback_addresses_alone(address: str) -> None:
    with pytest.raises(ValueError):
        Sandbox({"loft.example": address})


def test_in_the_sandbox_nothing_but_loopback_is_reached_even_where_the_list_allows_it() -> None:
    sandbox = Sandbox({"loft.example": "http://127.0.0.1:4000"})
    bounds = bounds_of(Scripted.manifest, HOST, sandbox)
    bounds.require(HOST + "/x")
    with pytest.raises(Blocked):
        bounds.require("https://cdn.example/x")


def test_an_http_origin_on_loopback_is_for_the_sandbox_alone() -> None:
    origin = "http://127.0.0.1:4000"
    assert str(bounds_of(Scripted.manifest, origin, Sandbox({})).route(httpx.URL(origin))) == origin
    with pytest.raises(Blocked):
        bounds_of(Scripted.manifest, origin, None).require(origin)


def test_a_mapped_server_sees_the_name_it_stands_for() -> None:
    async def main() -> None:
        async with Misbehaving(TAKES) as server, courier_to(server.origin) as courier:
            await courier.deliver(sending(saying(commit())))
            assert server.arrivals[0].headers["host"] == "loft.example"

    run(main())


@given(st.text(min_size=1, max_size=30), st.sampled_from(["https://", "http://", "//", ""]))
def test_no_address_leads_off_the_list(text: str, scheme: str) -> None:
    bounds = bounds_of(Scripted.manifest, HOST, None)
    try:
        bounds.require(scheme + text)
    except Blocked:
        return
    assert text.lower().partition("/")[0].partition("?")[0].partition("#")[0] in ("cdn.example", "loft.example")


# --- TLS ------------------------------------------------------------------------------------------------------------


class Authority:
    """A certificate authority of this test alone."""

    def __init__(self, folder: Path) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.folder = folder
        self.certificate = self._certificate("authority", self.key, [], authority=True)

    def trust(self) -> ssl.SSLContext:
        """What trusts it and nobody else."""
        return ssl.create_default_context(cadata=self.certificate.public_bytes(serialization.Encoding.PEM).decode())

    def serve(self, name: str) -> ssl.SSLContext:
        """The server's side, certified for `name`, an address or a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(name))]
        except ValueError:
            names = [x509.DNSName(name)]
        certificate = self._certificate("server", key, names, authority=False)
        path = self.folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, names: list[x509.GeneralName], *, authority: bool
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(self.key, hashes.SHA256())


async def over_tls(tls: ssl.SSLContext, trust: ssl.SSLContext | None) -> tuple[Any, Misbehaving]:
    async with Misbehaving(TAKES, tls=tls) as server, production(trust) as courier:
        conversation = saying(commit(origin=server.origin))
        return await courier.deliver(sending(conversation, origin=server.origin)), server


def test_in_production_a_certified_server_is_spoken_to(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    outcome, server = run(over_tls(authority.serve("127.0.0.1"), authority.trust()))
    assert isinstance(outcome, Accepted)
    assert len(server.arrivals) == 1


@pytest.mark.parametrize("fault", ["unknown authority", "another name", "public authorities"])
def test_a_certificate_that_does_not_prove_the_host_ends_it_before_a_byte_is_sent(fault: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    trust = {"unknown authority": Authority(tmp_path).trust(), "another name": authority.trust()}.get(fault)
    tls = authority.serve("elsewhere.example" if fault == "another name" else "127.0.0.1")
    outcome, server = run(over_tls(tls, trust))
    assert isinstance(outcome, BackToHeld)
    assert outcome.why == "not-sent"
    assert not server.arrivals


def test_verification_cannot_be_turned_off() -> None:
    careless = ssl.create_default_context()
    careless.check_hostname = False
    with pytest.raises(ValueError):
        Courier(lambda: NOW, lambda: "n", lambda _: b"", boot_seconds, trust=careless)


def test_a_handshake_that_never_ends_is_not_sent() -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:  # the kernel accepts, nobody speaks
            origin = f"https://127.0.0.1:{mute.getsockname()[1]}"
            async with production() as courier:
                outcome = await courier.deliver(sending(saying(commit(origin=origin)), origin=origin))
        assert isinstance(outcome, BackToHeld)
        assert (outcome.why, outcome.intent_committed) == ("not-sent", True)

    run(main())


# --- what is taken along, and kept ----------------------------------------------------------------------------------


def test_an_address_goes_out_as_it_was_written_with_every_escape() -> None:
    where = "/posts/urn%3Ali%3Ashare%3A7%2C(a)%20%2F"
    asked = Request("POST", f"{HOST}{where}", query=(("ids", "List(urn%3Ali:1)"), ("q", "é &=+")), json={})

    async def main() -> None:
        async with Misbehaving({where: [say(200, thing={"id": "1"})]}) as server, courier_to(server.origin) as courier:
            assert isinstance(await courier.deliver(sending(saying(Commit(asked)))), Accepted)
            sent = httpx.URL(asked.url).copy_merge_params(list(asked.query))  # type: ignore[arg-type]  # no Sealed in it
            assert [arrival.path for arrival in server.arrivals] == [sent.raw_path.decode()]
            assert "%3Ali%3Ashare" in server.arrivals[0].path

    run(main())


def test_the_environment_sends_nobody_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with Misbehaving() as proxy, Misbehaving(TAKES) as server, courier_to(server.origin) as courier:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, proxy.origin)
            assert isinstance(await courier.deliver(sending(saying(commit()))), Accepted)
            assert not proxy.connections

    run(main())


def test_a_cookie_for_one_account_is_not_carried_to_another(tmp_path: Path) -> None:
    async def main() -> None:
        authority = Authority(tmp_path)
        script = {"/commit": [say(200, None, "Set-Cookie: session=ada; Path=/", thing={"id": "1"})]}
        async with Misbehaving(script, tls=authority.serve("localhost")) as server:
            origin = f"https://localhost:{server.port}"  # a name: no jar keeps the cookies of a bare address
            async with production(authority.trust()) as courier:
                for _ in range(2):
                    assert isinstance(
                        await courier.deliver(sending(saying(commit(origin=origin)), origin=origin)), Accepted
                    )
            assert ["cookie" in arrival.headers for arrival in server.arrivals] == [False, False]
            assert server.connections == 1

    run(main())


class Door(Hooks):
    """A door that somebody opens."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def intend(self) -> float:
        """The intent, once it is opened."""
        self.reached.set()
        await self.opened.wait()
        return await super().intend()


def test_the_connection_stands_before_the_door_is_asked_and_carries_nothing_until_it_says_yes() -> None:
    async def main() -> None:
        async with Misbehaving(TAKES) as server, courier_to(server.origin) as courier:
            door = Door()
            going = asyncio.create_task(courier.deliver(sending(saying(commit()), door)))
            await door.reached.wait()
            await asyncio.sleep(0.05)
            assert (server.connections, server.arrivals) == (1, [])
            door.opened.set()
            assert isinstance(await going, Accepted)
            assert (server.connections, len(server.arrivals)) == (1, 1)

    run(main())


@pytest.mark.slow
def test_waiting_at_the_door_is_no_time_out_and_a_connection_that_waited_too_long_is_not_used() -> None:
    async def main() -> None:
        async with Misbehaving(TAKES) as server, courier_to(server.origin) as courier:
            door = Door()
            going = asyncio.create_task(courier.deliver(sending(saying(commit()), door)))
            await door.reached.wait()
            await asyncio.sleep(KEPT_ALIVE + 0.1)
            door.opened.set()
            assert isinstance(await going, Accepted)
            assert (server.connections, len(server.arrivals), door.asked) == (2, 1, ["intent"])

    run(main())


def test_a_platform_that_goes_away_while_the_door_is_asked_gets_nothing_and_that_is_proved() -> None:
    async def main() -> None:
        async with Misbehaving(TAKES) as server, courier_to(server.origin) as courier:
            door = Door()
            going = asyncio.create_task(courier.deliver(sending(saying(commit()), door)))
            await door.reached.wait()
            await server.stop()
            await asyncio.sleep(0.05)
            door.opened.set()
            outcome = await going
            assert isinstance(outcome, BackToHeld)
            assert (outcome.why, outcome.intent_committed, door.asked) == ("not-sent", True, ["intent"])
            assert not server.arrivals

    run(main())

"""Notices by e-mail, to a real mail server: each once, a link and nothing else; the page has them whatever happens."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.actions.member import set_address
from gateway.actions.notice import notices, read_notice
from gateway.domain.notice import Notice, NoticeKind, give
from gateway.domain.refusal import Reason
from gateway.settings import BadSettings, Settings, read_settings
from gateway.world import World
from scheduler.postman import Notify, Postman, post_of
from tests.cast import DAY, MINUTE, NOON, clock_of, entries, make_world, member, refused, who
from tests.servers.post_office import PostOffice, post_office
from vault.secret import Secret

ORIGIN = "https://gateway.example"
# Made by openssl (dgst -sha256 -hmac) for the service and the secret below, at NOON.
TOKEN = ".".join(
    (
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
        "eyJpc3MiOiJhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWEiLCJpYXQiOjE3NzI0NTI4MDB9",
        "T_Vq3YOq6eUe0uWp7ikqj21JEGYve-W5enwkz5sujlw",
    )
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The cast; Ada has an address."""
    built = make_world(f"sqlite:///{tmp_path}/gateway.db")
    set_address(built, who(built, "ada"), "ada@office.example")
    yield built
    built.storage.close()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office() as opened:
        yield opened


def settings_of(port: int, folder: Path, **more: object) -> Settings:
    mail = {"host": "127.0.0.1", "port": port, "starttls": False, "from": "gateway@office.example", **more}
    return Settings(data=folder, mail=mail)  # type: ignore[arg-type]


def postman(world: World, settings: Settings) -> Postman:
    post = post_of(settings, lambda: NOON)
    assert post is not None
    return Postman(world, post, ORIGIN)


def tell(world: World, name: str, id: str = "n1") -> None:
    """One more notice to this person."""
    about = Notice(
        id=id,
        member=name,
        kind=NoticeKind.RELEASE_MOVED,
        subject_kind="release",
        subject_id="/releases/cpi",
        at=world.clock.now().earliest,
        name="Secret prices",
    )
    with world.storage.unit() as unit:
        unit.commit(give(about))


def outcomes(world: World) -> list[object]:
    return [entry.facts["outcome"] for entry in reversed(entries(world, "notice.mail"))]


def test_a_notice_goes_out_once_with_a_link_and_nothing_of_what_it_is_about(
    world: World, office: PostOffice, tmp_path: Path
) -> None:
    tell(world, "ada")
    sender = postman(world, settings_of(office.port, tmp_path))
    for _ in range(3):
        sender.tick()
        clock_of(world).advance(10 * MINUTE)
    ((to, text),) = office.taken
    assert to == "ada@office.example"
    assert f"{ORIGIN}/notices/n1" in text
    assert "Secret" not in text
    assert "cpi" not in text
    assert outcomes(world) == ["sent"]


@pytest.mark.parametrize("failure", ["drop", "later", "away"])
def test_what_fails_is_tried_again_later_and_the_notice_stays_on_the_page(
    world: World, office: PostOffice, tmp_path: Path, failure: str
) -> None:
    office.drop, office.refuse = failure == "drop", "451 later" if failure == "later" else ""
    port = 1 if failure == "away" else office.port
    tell(world, "ada")
    sender = postman(world, settings_of(port, tmp_path))
    sender.tick()
    sender.tick()
    assert (office.taken, len(entries(world, "notice.mail-try"))) == ([], 1)
    assert [each.id for each in notices(world, who(world, "ada"))] == ["n1"]
    office.drop, office.refuse = False, ""
    clock_of(world).advance(2 * MINUTE)
    postman(world, settings_of(office.port, tmp_path)).tick()
    assert (len(office.taken), outcomes(world)) == (1, ["sent"])


def test_it_gives_up_in_the_end_and_at_once_where_the_address_is_refused_for_good(
    world: World, office: PostOffice, tmp_path: Path
) -> None:
    office.refuse = "451 later"
    tell(world, "ada")
    sender = postman(world, settings_of(office.port, tmp_path))
    for _ in range(10):
        sender.tick()
        clock_of(world).advance(180 * MINUTE)
    assert len(entries(world, "notice.mail-try")) == 5
    office.refuse = "550 nobody here"
    tell(world, "ada", "n2")
    sender.tick()
    assert outcomes(world) == ["given-up", "refused"]


def test_nothing_goes_to_whom_it_does_not_concern(world: World, office: PostOffice, tmp_path: Path) -> None:
    sender = postman(world, settings_of(office.port, tmp_path))
    tell(world, "bola", "nowhere")
    tell(world, "ada", "read")
    read_notice(world, who(world, "ada"), "read")
    sender.tick()
    tell(world, "ada", "old")
    clock_of(world).advance(2 * DAY)
    sender.tick()
    assert office.taken == []
    assert sorted(map(str, outcomes(world))) == ["no-address", "read", "too-old"]


def test_an_address_is_ones_own_to_set_and_never_in_the_log(world: World) -> None:
    for wrong in (
        "x",
        "a@b",
        "a@b.example\nBcc: c@d.example",
        "a b@c.example",
        "é@b.example",
        "a" * 250 + "@b.example",
    ):
        refused(Reason.ADDRESS_REFUSED, set_address, world, who(world, "ada"), wrong)
    assert member(world, "ada").email == "ada@office.example"
    told = [str(entry) for act in ("member.address", "refused") for entry in entries(world, act)]
    assert told
    assert not any("office.example" in each or "b.example" in each for each in told)
    set_address(world, who(world, "ada"), "")
    assert member(world, "ada").email == ""


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1's own, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_over_tls_with_a_name_and_a_password_and_only_to_a_server_that_is_trusted(world: World, tmp_path: Path) -> None:
    path = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    secret = tmp_path / "mail.secret"
    secret.write_text("open sesame")
    secret.chmod(0o600)
    with post_office(tls) as office:
        more = {"host": "localhost", "starttls": True, "user": "gateway", "password_file": "mail.secret"}
        tell(world, "ada")
        postman(world, settings_of(office.port, tmp_path, **more)).tick()
        assert (office.taken, office.signed_in) == ([], [])
        clock_of(world).advance(2 * MINUTE)
        postman(world, settings_of(office.port, tmp_path, **more, ca_file="server.pem")).tick()
        assert (len(office.taken), office.signed_in) == (1, [b"\0gateway\0open sesame"])
    secret.chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        post_of(settings_of(office.port, tmp_path, **more), lambda: NOON)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('profile = "sandbox"\n[mail]\nhost = "mail.example"\nfrom = "a@b.example"', "in the sandbox"),
        ('profile = "sandbox"\n[mail]\nnotify_key_file = "k"\nnotify_template = "t"', "in the sandbox"),
        ('[mail]\nhost = "mail.example"\nstarttls = false\nfrom = "a@b.example"', "on this machine alone"),
        ('[mail]\nhost = "mail.example"', "who the e-mails are from"),
        ('[mail]\nnotify_key_file = "k"', "notify_template"),
    ],
)
def test_settings_that_would_send_where_nothing_may_go_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "gateway.toml").write_text(text)
    with pytest.raises(BadSettings, match=said):
        read_settings(tmp_path / "gateway.toml")


def test_without_a_way_nothing_is_sent(tmp_path: Path) -> None:
    assert post_of(Settings(data=tmp_path), lambda: NOON) is None


@pytest.mark.parametrize(("status", "ended"), [(201, ["sent"]), (400, ["refused"]), (500, [])])
def test_by_gov_uk_notify(world: World, status: int, ended: list[str]) -> None:
    asked: list[tuple[str, str, dict[str, object]]] = []

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            asked.append((self.path, self.headers["authorization"], json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Desk)
    Thread(target=server.serve_forever, daemon=True).start()
    service, secret = "a" * 36, "b" * 36
    post = Notify(
        Secret(f"team-{service}-{secret}"), "template", lambda: NOON, f"http://127.0.0.1:{server.server_port}"
    )
    tell(world, "ada")
    Postman(world, post, ORIGIN).tick()
    server.shutdown()
    server.server_close()
    ((path, authorisation, body),) = asked
    assert path == "/v2/notifications/email"
    assert body["personalisation"] == {"link": f"{ORIGIN}/notices/n1"}
    assert (body["email_address"], body["template_id"], body["reference"]) == ("ada@office.example", "template", "n1")
    assert authorisation == f"Bearer {TOKEN}"
    assert outcomes(world) == ended

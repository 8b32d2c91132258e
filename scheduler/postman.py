"""The postman: notices by e-mail, through SMTP or GOV.UK Notify. An e-mail holds a link and nothing else to read.

What the mail does changes nothing on the page: a notice is there before and after, read or not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

import httpx

from gateway.actions.mailing import Letter, due_letters, letter_over
from gateway.settings import BadSettings, MailPart, Settings
from gateway.world import World
from scheduler.applications import read_secret
from vault.secret import Secret

LOG = logging.getLogger("gateway.postman")
NOTIFY = "https://api.notifications.service.gov.uk"
TIMEOUT = 15.0
TICK = 5.0
SUBJECT = "Something in the social gateway is for you"
TEXT = "There is something you should know, and may have to act on:\n\n{link}\n\nSign in to read it.\n"
UUID = 36


class NotPosted(Exception):
    """The e-mail did not go out; `is_final` where trying again would not help."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


class Post(Protocol):
    """A way in which e-mails go out."""

    def send(self, letter: Letter, link: str) -> None:
        """Hand one over. Raises NotPosted."""


@dataclass(frozen=True)
class Smtp:
    """An SMTP server (RFC 5321), encrypted by STARTTLS unless it is on this machine."""

    part: MailPart
    trusted: ssl.SSLContext
    password: Secret | None

    def send(self, letter: Letter, link: str) -> None:
        """One connection for each: notices are few. Raises NotPosted."""
        try:
            with smtplib.SMTP(self.part.host, self.part.port, timeout=TIMEOUT) as server:
                if self.part.starttls:
                    server.starttls(context=self.trusted)
                if self.password is not None:
                    server.login(self.part.user, self.password.reveal())
                server.send_message(self._message(letter, link))
        except smtplib.SMTPRecipientsRefused as no:
            codes = [code for code, _ in no.recipients.values()]
            raise NotPosted("the address was refused", is_final=all(code >= 500 for code in codes)) from no
        except (smtplib.SMTPException, OSError) as fault:
            raise NotPosted(type(fault).__name__) from fault

    def _message(self, letter: Letter, link: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.part.sender, letter.address, SUBJECT
        # The same for every try, so that mail programs show a repeat once.
        message["Message-ID"] = f"<notice-{letter.notice}@{self.part.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(TEXT.format(link=link))
        return message


@dataclass(frozen=True)
class Notify:
    """GOV.UK Notify (docs.notifications.service.gov.uk, REST API: send an email)."""

    key: Secret
    template: str
    now: Callable[[], datetime]
    origin: str = NOTIFY

    def send(self, letter: Letter, link: str) -> None:
        """One request. Raises NotPosted."""
        body = {
            "email_address": letter.address,
            "template_id": self.template,
            "personalisation": {"link": link},
            "reference": letter.notice,
        }
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
                answer = client.post(f"{self.origin}/v2/notifications/email", json=body, headers=headers)
        except httpx.HTTPError as fault:
            raise NotPosted(type(fault).__name__) from fault
        if answer.status_code != httpx.codes.CREATED:
            raise NotPosted(f"Notify said {answer.status_code}", is_final=answer.status_code == httpx.codes.BAD_REQUEST)

    def _token(self) -> str:
        """A JWT (HS256) of the service, for this moment; the key is NAME-SERVICE-SECRET, two UUIDs at its end."""
        key = self.key.reveal()
        service, secret = key[-(2 * UUID + 1) : -(UUID + 1)], key[-UUID:]
        claims = {"iss": service, "iat": int(self.now().timestamp())}
        head = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(claims)}"
        signed = hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest()
        return f"{head}.{_base64(signed)}"


def _part(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def post_of(settings: Settings, now: Callable[[], datetime]) -> Post | None:
    """The way that the settings name; None where e-mail is not set up. Raises BadSettings."""
    mail = settings.mail
    if mail.notify_key_file:
        key = read_secret(settings.in_data(mail.notify_key_file), "mail.notify_key_file")
        return Notify(key, mail.notify_template, now)
    if not mail.host:
        return None
    password = read_secret(settings.in_data(mail.password_file), "mail.password_file") if mail.user else None
    try:
        trusted = ssl.create_default_context()
        if mail.ca_file:
            trusted.load_verify_locations(settings.in_data(mail.ca_file))
    except (OSError, ssl.SSLError) as fault:
        raise BadSettings(f"The certificates {mail.ca_file} (mail.ca_file) cannot be read: {fault}") from fault
    return Smtp(mail, trusted, password)


class Postman:
    """Sends what is due, each once."""

    def __init__(self, world: World, post: Post, origin: str) -> None:
        self._world = world
        self._post = post
        self._origin = origin.rstrip("/")

    def tick(self) -> None:
        """Send everything that is due now."""
        for letter in due_letters(self._world):
            try:
                self._post.send(letter, f"{self._origin}/notices/{letter.notice}")
            except NotPosted as fault:
                LOG.warning("the e-mail about notice %s did not go out: %s", letter.notice, fault)
                if fault.is_final:
                    letter_over(self._world, letter, "refused")
            else:
                letter_over(self._world, letter, "sent")

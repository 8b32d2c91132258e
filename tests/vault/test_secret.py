"""A secret shows itself to nobody who did not ask for it by name."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from tests.vault.canary import CANARY, assert_clean
from vault.secret import Secret, SecretBytes


@dataclasses.dataclass(frozen=True)
class Holder:
    name: str
    secret: Secret


WRITTEN: list[Callable[[Secret], str]] = [
    repr,
    str,
    format,
    ascii,
    lambda secret: f"{secret}{secret!r}{secret!s}{secret!a}{secret:>40}",
    lambda secret: "%s %r %a" % (secret, secret, secret),  # noqa: UP031
    lambda secret: "{} {0!r}".replace("{}", "{0}").format(secret),
    lambda secret: repr([secret, {"a": secret}, (secret,)]),
    lambda secret: repr(Holder("x", secret)),
    lambda secret: repr(dataclasses.asdict(Holder("x", secret))),
    lambda secret: repr(copy.copy(secret)) + repr(copy.deepcopy([secret])),
    lambda secret: json.dumps({"a": secret}, default=str),
    lambda secret: str(dir(secret)) + repr(type(secret).__dict__),
]


@pytest.mark.parametrize("write", WRITTEN)
def test_no_way_of_writing_it_shows_the_value(write: Callable[[Secret], str]) -> None:
    written = write(Secret(CANARY))
    assert_clean(written)
    assert written


@pytest.mark.parametrize("style", ["%s", "%r", "%a", "%10s"])
def test_logs_do_not_show_it(style: str) -> None:
    stream = io.StringIO()
    logger = logging.getLogger("vault-canary")
    logger.propagate = False
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    secret = Secret(CANARY)
    try:
        raise RuntimeError(secret)
    except RuntimeError:
        logger.exception("a " + style, secret, extra={"held": secret})  # noqa: G003
    logger.removeHandler(handler)
    assert_clean(stream.getvalue())
    assert "RuntimeError" in stream.getvalue()


@pytest.mark.parametrize(
    "get_out",
    [
        *[lambda secret, n=n: pickle.dumps(secret, protocol=n) for n in range(pickle.HIGHEST_PROTOCOL + 1)],
        lambda secret: pickle.dumps(Holder("x", secret)),
        lambda secret: secret.__getstate__(),
        lambda secret: secret.__reduce__(),
        lambda secret: json.dumps(secret),
        lambda secret: bytes(secret),
        lambda secret: "a" + secret,
        lambda secret: "".join([secret]),
        lambda secret: vars(secret),
        lambda secret: len(secret),
        lambda secret: hash(secret),
        lambda secret: list(secret),
        lambda secret: secret < secret,
        lambda secret: int(secret),
    ],
)
@pytest.mark.parametrize("secret", [Secret(CANARY), SecretBytes(CANARY.encode())], ids=["text", "bytes"])
def test_other_ways_out_are_refused_without_quoting_it(get_out: Callable[[object], object], secret: object) -> None:
    with pytest.raises((TypeError, AttributeError)) as refused:
        get_out(secret)
    assert_clean("".join(traceback.format_exception(refused.value)))


def test_reveal_is_the_way_out() -> None:
    assert Secret(CANARY).reveal() == Secret(CANARY.encode()).reveal() == CANARY
    assert SecretBytes(b"\x00\xff").reveal() == b"\x00\xff"


def test_a_secret_equals_its_like_and_never_a_plain_value() -> None:
    assert Secret("a") == Secret(b"a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert Secret("a") != SecretBytes(b"a")


def test_a_secret_cannot_be_changed() -> None:
    secret = Secret("a")
    with pytest.raises(AttributeError):
        setattr(secret, "x", 1)  # noqa: B010
    with pytest.raises(AttributeError):
        delattr(secret, "_Masked__held")
    assert secret.reveal() == "a"


@pytest.mark.parametrize("bad", ["", b"", CANARY.encode() + b"\xff", CANARY + "\ud800", 7, None, [CANARY]])
def test_what_cannot_be_a_secret_is_not_quoted_even_with_locals(bad: object) -> None:
    with pytest.raises((TypeError, ValueError)) as refused:
        Secret(bad)  # type: ignore[arg-type]
    assert refused.value.__traceback__ is not None
    ours = refused.value.__traceback__.tb_next  # the test's own frame holds the value, of course
    shown = traceback.TracebackException(type(refused.value), refused.value, ours, capture_locals=True)
    assert_clean("".join(shown.format()))
    assert refused.value.__context__ is None

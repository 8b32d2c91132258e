"""What storage would lose it refuses: naive times, unknown words; everything else comes back as it went in."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from connectors.words import Outgoing, Picture, Receipt, Visibility
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.instant import NaiveTime
from gateway.domain.post import Content, PictureUse, Post
from gateway.storage import tables
from gateway.storage.shape import decoder, encode
from gateway.storage.types import from_micros, to_micros
from gateway.storage.unit import TABLE_OF
from gateway.world import World
from tests.cast import NOON

NAIVE = NOON.replace(tzinfo=None)


def test_a_naive_time_is_refused_by_every_database_whatever_the_zone_of_the_machine(bare: World) -> None:
    post = Post(id="post", author="ada", team="Digital", created_at=NAIVE)
    with bare.storage.unit() as unit, pytest.raises(StatementError) as refused:
        unit.commit(Change((AuditEvent("test.act", "worker", "test", "subject"),), (post,)))
    assert isinstance(refused.value.orig, NaiveTime)
    with bare.storage.reading() as readers, pytest.raises(StatementError):
        readers.posts.where(tables.posts.c.created_at == NAIVE)
    with bare.storage.reading() as readers:
        assert readers.posts.all() == []


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 30, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_in_utc_to_the_microsecond(bare: World, instant: datetime) -> None:
    with bare.storage.unit() as unit:
        unit.connection.execute(insert(tables.heartbeats).values(worker="w", at=instant))
        (found,) = unit.connection.execute(select(tables.heartbeats.c.at)).scalars()
    assert (found, found.tzinfo) == (instant, UTC)


@given(st.integers(-(10**16), 10**17))
def test_microseconds_are_counted_without_a_float(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros


def test_a_word_that_is_not_on_the_list_is_refused(bare: World) -> None:
    row = {"id": "m", "version": 1, "name": "m", "name_key": "m", "display_name": "m", "team": "t", "roles": ()}
    with bare.storage.unit() as unit, pytest.raises(StatementError, match="asleep"):
        unit.connection.execute(insert(tables.members).values(**row, state="asleep", created_at=NOON))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
pictures = st.builds(Picture, texts, texts, st.integers(0, 9), st.just(1), st.just(1), texts)
outgoings = st.builds(
    Outgoing,
    account=texts,
    text=texts,
    wanted=texts,
    pictures=st.lists(pictures, max_size=2).map(tuple),
    link=st.none() | texts,
    visibility=st.sampled_from(Visibility),
    release=st.none() | texts,
)
contents = st.builds(
    Content,
    parts=st.lists(texts, max_size=3).map(tuple),
    pictures=st.lists(st.builds(PictureUse, texts, texts, texts), max_size=2).map(tuple),
    variants=st.lists(st.tuples(texts, st.lists(texts, max_size=2).map(tuple)), max_size=2).map(tuple),
)
receipts = st.builds(Receipt, texts, at=st.none() | st.just(NOON), extra=st.lists(st.tuples(texts, texts)).map(tuple))


@given(outgoings | contents | receipts)
def test_a_stored_value_comes_back_as_exactly_what_went_in(value: Outgoing | Content | Receipt) -> None:
    kind: Any = type(value)
    assert decoder(kind)(encode(value)) == value


@pytest.mark.parametrize("value", [{"a": 1}, [1], b"bytes", object()])
def test_what_could_not_be_brought_back_is_not_stored(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_a_kind_that_could_not_be_told_apart_is_no_column() -> None:
    for kind in (int | str, dict[str, str], bytes):
        with pytest.raises(TypeError):
            decoder(kind)


def test_every_record_has_a_table_whose_columns_are_its_fields() -> None:
    for kind, table in TABLE_OF.items():
        assert {field.name for field in fields(kind)} == set(table.columns.keys()), kind

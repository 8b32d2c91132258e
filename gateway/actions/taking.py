"""What an auditor takes away: the log as it is, a search as a table, one post's evidence; each told, each after a fresh
factor. Nothing under embargo leaves this way, whoever asks: a file knows no access list.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, BinaryIO

from gateway.actions import auditing
from gateway.actions.access import embargoed
from gateway.actions.guard import acting, spend_step_up, told_read, with_records
from gateway.actions.lives import Life, read_life
from gateway.actions.reading import PostRead, withheld_submission
from gateway.actions.searching import Asked, names_in, search_of
from gateway.actions.telling import tells
from gateway.audit import verifier
from gateway.audit.entry import Entry
from gateway.domain import withheld
from gateway.domain.change import Record
from gateway.storage.shape import encode
from gateway.storage.unit import Readers
from gateway.world import Who, World

PIECE, MOST_ROWS = 2_000, 200_000
COLUMNS = ("number", "not before", "not after", "act", "by", "by (name)", "kind", "about", "about (name)", "facts")
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
HOW = """Evidence from the audit log of {origin}

Needs Python 3.10 or newer and `pip install cryptography`; nothing of the gateway, and no connection.

    {order}

"PROVED" says that what is in the file is what was signed. The key in log.vkey came with this bundle: compare it with
the one your organisation published or that you kept from last time, or it proves nothing. Keep checkpoint.note for
next time (--checkpoint FILE): it shows whether the log was cut or changed in between.
{more}"""


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote stands before what would begin one."""
    return f"'{text}" if text.startswith(FORMULA) else text


@tells("audit.export", "audit")
def export_table(world: World, who: Who, asked: Asked, out: BinaryIO) -> int:
    """The entries of a search as CSV (UTF-8), newest first, up to 200,000; returns how many. Raises Refused."""
    with world.storage.unit() as unit:
        acting(unit, who, "audit.export", world.policy.roles, unit.now)
        spent = spend_step_up(unit, who, unit.now, "export", "audit")
        unit.commit(with_records(told_read(who, "audit.export", "audit", "-", form="csv"), spent))
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(COLUMNS)
    count = 0
    with world.storage.reading() as readers:
        for piece in _pieces(readers, asked):
            table.writerows(_rows(readers, piece))
            count += len(piece)
    text.detach()
    return count


def _pieces(readers: Readers, asked: Asked) -> Iterator[list[Entry]]:
    what, left = search_of(readers, asked), MOST_ROWS
    while left > 0 and (piece := readers.log.search(what, min(PIECE, left))):
        yield piece
        left -= len(piece)
        what = replace(what, before=piece[-1].index)


def _rows(readers: Readers, entries: list[Entry]) -> Iterable[list[str]]:
    names = names_in(readers, entries)
    known = {**names.accounts, **names.people}
    for each in entries:
        facts = json.dumps(dict(each.facts), sort_keys=True)
        about = (each.subject_kind, each.subject_id if each.subject_id != "-" else "", known.get(each.subject_id, ""))
        row = (each.index, each.at_earliest, each.at_latest, each.act, each.actor, known.get(each.actor, ""), *about)
        yield [safe_cell(str(cell)) for cell in (*row, facts)]


def export_bundle(world: World, who: Who, out: BinaryIO) -> int:
    """The whole log with key, checkpoint and verifier as a zip; returns the number of entries. Raises Refused."""
    with tempfile.TemporaryFile() as log:
        count = auditing.export(world, who, log)
        log.seek(0)
        with world.storage.reading() as readers:
            note = dict(readers.log.notes())[count]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
            with bundle.open("log.jsonl", "w", force_zip64=True) as packed:
                shutil.copyfileobj(log, packed, 1 << 20)
            _with_verifier(world, bundle, note, "log.jsonl", "")
    return count


@tells("audit.export", "post")
def export_life(world: World, who: Who, post_id: str, out: BinaryIO) -> int:
    """One post's evidence as a zip: what is on its page, its entries and their proofs; returns the number of entries.

    While a release of it is not out, wordings, findings and reasons stay behind for everyone. Raises Refused.
    """
    with world.storage.unit() as unit:
        acting(unit, who, "audit.export", world.policy.roles, unit.now)
        unit.posts.get(post_id)
        spent = spend_step_up(unit, who, unit.now, "export", post_id)
        unit.commit(with_records(told_read(who, "audit.export", "post", post_id, form="zip"), spent))
    life = without_embargoed(world, read_life(world, who, post_id))
    more = "\npost.json is what the gateway's records say of the post. The proofs cover the entries, one file each.\n"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("post.json", _told_of(life))
        for each in life.entries:
            if each.proof:
                bundle.writestr(f"proofs/{each.entry.index}.tlog-proof", each.proof)
        bundle.writestr("entries.jsonl", b"".join(each.entry.to_bytes() + b"\n" for each in life.entries))
        _with_verifier(world, bundle, life.note, "proofs/NUMBER.tlog-proof", more)
    return len(life.entries)


def _with_verifier(world: World, bundle: zipfile.ZipFile, note: str, file: str, more: str) -> None:
    order = f'python verifier.py {file} --key "$(cat log.vkey)"'
    bundle.writestr("README.txt", HOW.format(origin=auditing.origin_of(world), order=order, more=more))
    bundle.writestr("verifier.py", Path(verifier.__file__).read_bytes())
    bundle.writestr("log.vkey", world.log_key)
    bundle.writestr("checkpoint.note", note)


def without_embargoed(world: World, life: Life) -> Life:
    """The life with nothing that waits for a release, even where whoever asks is on its list."""
    bound = [each.release for each in life.post.revisions]
    bound += [each.submission.wish.release for each in life.submissions]
    with world.storage.reading() as readers:
        if not embargoed(readers, bound, world.clock.now()):
            return life
    revisions = tuple(map(withheld.revision, life.post.revisions))
    emptied = tuple(map(withheld.submission, life.post.submissions))
    post = PostRead(life.post.post, revisions, emptied, withheld=True)
    return replace(life, post=post, submissions=tuple(map(withheld_submission, life.submissions)), comments=())


def _told_of(life: Life) -> str:
    """Every record on the page, as the database keeps them, by kind."""
    records: dict[str, Iterable[Record]] = {
        "post": [life.post.post],
        "revisions": life.post.revisions,
        "submissions": [each.submission for each in life.submissions],
        "approvals": [one for each in life.submissions for one in each.approvals],
        "clearances": [one for each in life.submissions for one in each.clearances],
        "deliveries": [one for each in life.submissions for one in each.deliveries],
        "publications": list(life.publications.values()),
        "comments": life.comments,
    }
    plain = {kind: [_plain(each) for each in found] for kind, found in records.items()}
    return json.dumps({"withheld": life.post.withheld, **plain}, indent=2, ensure_ascii=False)


def _plain(record: Record) -> dict[str, Any]:
    """A record in JSON's own kinds; the salt, without which its digest proves nothing of its words, in hex."""
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return {name: value.hex() if isinstance(value, bytes) else encode(value) for name, value in values.items()}

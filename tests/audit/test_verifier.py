"""The stand-alone verifier: what it proves, what it refuses, and that it stands alone."""

from __future__ import annotations

import ast
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit import checkpoint, tree, verifier
from gateway.audit.checkpoint import Checkpoint
from gateway.audit.entry import Entry
from gateway.audit.export import IncompleteExport, checkpoint_line, header, write_export
from gateway.audit.proof import BadEventProof, verify_proof, write_proof
from gateway.audit.verifier import Tampered, verify
from tests.audit.logs import ORIGIN, Log, assemble, build, entries, note, signer
from tests.audit.tampering import changed
from tests.audit.test_proof import proof_of
from tests.audit.test_tree import naive_root

SOURCE = Path(verifier.__file__)
CLEAN = (0, 1, 2, 3, 9, 10, 11, 64, 257, 600)


def found(tmp_path: Path, data: bytes, log: Log, pin: str | None = None) -> Tampered:
    file = tmp_path / "export.jsonl"
    file.write_bytes(data)
    with pytest.raises(Tampered) as caught:
        verify(file, log.vkey, pinned_checkpoint=pin)
    return caught.value


@pytest.mark.parametrize("size", CLEAN)
def test_a_clean_log_is_proved_under_every_checkpoint_ever_kept(size: int, tmp_path: Path) -> None:
    log = build(size, every=7)
    file = log.export(tmp_path / "export.jsonl")
    for pin in [None, *(text for _, text in log.notes)]:
        report = verify(file, log.vkey, pinned_checkpoint=pin)
        assert (report.entries, report.checkpoints) == (size, len(log.notes))
        assert report.root == naive_root([tree.leaf_hash(line) for line in log.lines]).hex()
        assert report.last_note == log.last_note
    if size:
        assert report.first_at == json.loads(log.lines[0])["at_earliest"]
        assert report.last_at == json.loads(log.lines[-1])["at_latest"]


@settings(deadline=None)
@given(st.lists(st.lists(st.binary(max_size=80), max_size=40), max_size=6))
def test_the_verifier_s_tree_agrees_with_ours(batches: list[list[bytes]]) -> None:
    theirs, ours = verifier.Tree(), tree.Frontier()
    for batch in batches:
        theirs.extend(batch)
        ours = ours.extend(map(tree.leaf_hash, batch))
        assert (theirs.size, theirs.root()) == (ours.size, ours.root())


def test_it_imports_nothing_of_ours_and_stays_small() -> None:
    text = SOURCE.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    modules = {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    roots = {module.split(".")[0] for module in modules}
    assert roots - sys.stdlib_module_names == {"cryptography"}
    assert len(text.splitlines()) <= 500


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "verifier.py", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_auditor_runs_the_copied_file_alone(tmp_path: Path) -> None:
    shutil.copy(SOURCE, tmp_path / "verifier.py")
    log = build(23)
    log.export(tmp_path / "export.jsonl")
    (tmp_path / "kept.note").write_text(log.notes[0][1], encoding="utf-8")
    (tmp_path / "event").write_text(proof_of(log, 4), encoding="utf-8")
    good = run("export.jsonl", "--key", log.vkey, "--checkpoint", "kept.note", cwd=tmp_path)
    assert good.returncode == 0
    assert "PROVED: 23 entries" in good.stdout
    assert log.last_note in good.stdout
    proof = run("event", "--key", log.vkey, cwd=tmp_path)
    assert (proof.returncode, proof.stdout.splitlines()[1]) == (0, log.lines[4].decode())
    bad = run("export.jsonl", "--key", signer(1).known_key().vkey(), cwd=tmp_path)
    assert (bad.returncode, bad.stdout[:8]) == (1, "TAMPERED")
    for unusable in (("absent", "--key", log.vkey), ("export.jsonl", "--key", "nonsense")):
        assert run(*unusable, cwd=tmp_path).returncode == 2


def test_it_says_in_process_what_it_says_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = build(12)
    file = log.export(tmp_path / "export.jsonl")
    assert verifier.main([str(file), "--key", log.vkey]) == 0
    assert "PROVED: 12 entries" in capsys.readouterr().out
    file.write_bytes(file.read_bytes()[:-1])
    assert verifier.main([str(file), "--key", log.vkey]) == 1
    assert "middle of a line" in capsys.readouterr().out
    assert verifier.main([str(tmp_path / "absent"), "--key", log.vkey]) == 2
    assert "cannot verify" in capsys.readouterr().err


def test_without_a_kept_checkpoint_a_roll_back_cannot_be_seen_and_with_one_it_is(tmp_path: Path) -> None:
    log = build(30)
    older = assemble(log.lines[:20], log.notes[:2])
    (tmp_path / "export.jsonl").write_bytes(older)
    assert verify(tmp_path / "export.jsonl", log.vkey).entries == 20
    error = found(tmp_path, older, log, log.last_note)
    assert (error.kind, error.index) == ("rollback", 20)


def test_two_signed_histories_are_told_apart_by_the_kept_checkpoint(tmp_path: Path) -> None:
    log = build(30)
    other = [*log.lines[:12], *entries(35, seed=4)[12:]]
    forked = assemble(other, [(35, note(other, log.key))])
    assert found(tmp_path, forked, log, log.last_note).kind == "fork"
    (tmp_path / "export.jsonl").write_bytes(forked)
    assert verify(tmp_path / "export.jsonl", log.vkey, pinned_checkpoint=log.notes[0][1]).entries == 35


def test_a_time_that_runs_backwards_is_found_even_under_a_good_signature(tmp_path: Path) -> None:
    lines = entries(12)
    early = json.loads(lines[3])["at_earliest"]
    lines[8] = changed(lines[8], at_earliest=early, at_latest=early)
    log = Log(lines, [(12, note(lines, signer()))], signer())
    error = found(tmp_path, assemble(lines, log.notes), log)
    assert (error.kind, error.index) == ("time", 8)


def test_a_clock_that_became_less_sure_of_itself_is_no_false_alarm(tmp_path: Path) -> None:
    lines = entries(12)
    lines[8] = changed(lines[8], at_earliest=json.loads(lines[3])["at_earliest"])
    log = Log(lines, [(12, note(lines, signer()))], signer())
    assert verify(log.export(tmp_path / "export.jsonl"), log.vkey).entries == 12


LINE = entries(1)[0]
STRANGE: dict[str, bytes] = {
    "not json": b"hello",
    "a list": b"[]",
    "empty": b"",
    "spaced": LINE.replace(b":", b": ", 1),
    "other order": json.dumps(dict(reversed(json.loads(LINE).items())), separators=(",", ":")).encode(),
    "repeated name": LINE.replace(b'"act":', b'"act":"x","act":', 1),
    "a float": LINE.replace(b'"quorum":', b'"quorum":0.', 1),
    "a name too many": LINE[:-1] + b',"zz":1}',
    "a carriage return": LINE + b"\r",
    "index true": LINE.replace(b'"index":0', b'"index":false'),
    "facts a list": changed(LINE, facts=[]),
    "a fact a list": changed(LINE, facts={"a": []}),
    "a fact too large": LINE.replace(b'"fresh_factor":true', b'"fresh_factor":9007199254740992'),
    "actor a number": changed(LINE, actor=1),
    "no such day": changed(LINE, at_earliest="2026-02-30T00:00:00.000000Z"),
    "time a number": changed(LINE, at_latest=1),
    "time ends before it begins": changed(LINE, at_latest="2020-01-01T00:00:00.000000Z"),
    "not utf-8": b"\xff",
    "deep": b"[" * 90_000,
    "a checkpoint of nothing": b'{"checkpoint":null}',
    "a number beyond reading": b"9" * 9_000,
}


@pytest.mark.parametrize("line", STRANGE.values(), ids=STRANGE.keys())
def test_a_signed_line_that_is_no_entry_is_refused_all_the_same(line: bytes, tmp_path: Path) -> None:
    log = Log([line], [(1, note([line], signer()))], signer())
    assert found(tmp_path, assemble([line], log.notes), log).kind == "format"


def test_header_and_endings_are_checked(tmp_path: Path) -> None:
    log = build(5)
    whole = assemble(log.lines, log.notes)
    foreign = whole.replace(header(ORIGIN), header("elsewhere.example/log"))
    body = whole.removeprefix(header(ORIGIN))
    assert found(tmp_path, foreign, log).kind == "format"
    assert found(tmp_path, body, log).kind == "format"
    assert found(tmp_path, b"", log).kind == "unsigned"
    assert found(tmp_path, header(ORIGIN), log).kind == "unsigned"
    assert found(tmp_path, whole[:-1], log).kind == "format"
    assert found(tmp_path, whole + b"x" * 3_000_000, log).kind == "format"
    assert found(tmp_path, whole + log.lines[4] + b"\n", log).kind == "index"
    assert found(tmp_path, whole + entries(6)[5] + b"\n", log).kind == "unsigned"


NOTES = {
    "no gap": "text\n",
    "control character": "te\x07xt\n\n— x AAAA\n",
    "not base64": "text\n\n— x !!!!\n",
    "no signature": "text\n\n",
    "no dash": f"text\n\n{ORIGIN} AAAAAAAA\n",
}


@pytest.mark.parametrize("text", NOTES.values(), ids=NOTES.keys())
def test_a_malformed_note_is_no_checkpoint(text: str, tmp_path: Path) -> None:
    log = build(5)
    data = header(ORIGIN) + b"".join(line + b"\n" for line in log.lines) + checkpoint_line(text)
    assert found(tmp_path, data, log).kind == "signature"
    with pytest.raises(ValueError, match="pinned checkpoint cannot be used"):
        verify(log.export(tmp_path / "x"), log.vkey, pinned_checkpoint=text)


def test_a_renewed_key_is_accepted_beside_the_old_and_keys_of_two_logs_are_not(tmp_path: Path) -> None:
    log, renewed = build(20), signer(5)
    notes = [log.notes[0], (20, note(log.lines, renewed))]
    file = tmp_path / "export.jsonl"
    file.write_bytes(assemble(log.lines, notes))
    both = [log.vkey, renewed.known_key().vkey()]
    assert verify(file, both).checkpoints == 2
    for alone in both:
        with pytest.raises(Tampered, match="has not signed"):
            verify(file, alone)
    with pytest.raises(ValueError, match="one log"):
        verify(file, [log.vkey, signer(5, "other.example").known_key().vkey()])


def test_progress_is_told(tmp_path: Path) -> None:
    log, seen = build(40), list[int]()
    verify(log.export(tmp_path / "export.jsonl"), log.vkey, progress=seen.append)
    assert seen[-1] == 40


def test_an_export_without_a_checkpoint_over_all_of_it_is_not_written() -> None:
    log = build(20)
    missing: list[Iterable[tuple[int, str]]] = [[], log.notes[:1], [*log.notes, (21, "x")], log.notes[::-1]]
    for notes in missing:
        with pytest.raises(IncompleteExport):
            write_export(io.BytesIO(), ORIGIN, iter(log.lines), notes)
    assert write_export(io.BytesIO(), ORIGIN, iter(log.lines), iter(log.notes)) == 20


def signed(origin: str, size: int, root: bytes) -> str:
    """What the log's own key would only sign if it were broken: the verifier must not lean on it."""
    return checkpoint.sign_note(Checkpoint(origin, size, root).text(), signer())


def test_a_well_signed_checkpoint_of_another_size_or_log_is_refused(tmp_path: Path) -> None:
    log = build(5)
    root = tree.Frontier().extend(map(tree.leaf_hash, log.lines)).root()
    for origin, size, kind in (
        (ORIGIN, 4, "root"),
        (ORIGIN, 6, "root"),
        ("elsewhere.example/log", 5, "signature"),
    ):
        data = header(ORIGIN) + b"".join(line + b"\n" for line in log.lines)
        assert found(tmp_path, data + checkpoint_line(signed(origin, size, root)), log).kind == kind


def test_a_path_of_the_wrong_length_for_the_signed_size_proves_nothing(tmp_path: Path) -> None:
    log = build(8)
    leaf, other = tree.leaf_hash(log.lines[0]), tree.leaf_hash(b"x")
    longer = signed(ORIGIN, 1, tree.node_hash(other, leaf))
    outside = signed(ORIGIN, 1, tree.leaf_hash(log.lines[7]))
    for index, path, text in ((0, [], signed(ORIGIN, 3, leaf)), (0, [other], longer), (7, [], outside)):
        (tmp_path / "event").write_text(write_proof(Entry.from_bytes(log.lines[index]), path, text), encoding="utf-8")
        with pytest.raises(Tampered, match=r"path|no such entry"):
            verifier.verify_proof(tmp_path / "event", log.vkey)
        with pytest.raises(BadEventProof):
            verify_proof((tmp_path / "event").read_text(encoding="utf-8"), [log.key.known_key()])


def test_a_damaged_verifier_key_is_refused(tmp_path: Path) -> None:
    log = build(1)
    file = log.export(tmp_path / "export.jsonl")
    name, key_id, public = log.vkey.split("+", 2)
    for bad in (f"{name}+00000000+{public}", f"{name}+{key_id}+", name, "", f"other+{key_id}+{public}"):
        with pytest.raises(ValueError):
            verify(file, bad)

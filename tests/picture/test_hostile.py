"""What is no picture, or a hostile one, is refused in words; the process that asks is never harmed."""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gateway.picture
from gateway.picture import LIMITS, PictureLimits, PictureRefused, admit, kind_of
from tests.picture.made import SIGNATURE, chart, chunk, header, noise, opened, saved, with_chunk

FLOOD = header(30_000, 30_000) + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")
PNG = saved(chart(), "PNG")
BOMB = zlib.compress(bytes(100_000_000), 9)


def archive() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("chart.png", PNG)
    return file.getvalue()


NO_PICTURES = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "svg with a declaration": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "html": b"<!doctype html><img src=x>",
    "zip called chart.png": archive(),
    "pdf": b"%PDF-1.7\n%%EOF",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "gzip": b"\x1f\x8b\x08" + bytes(50),
    "tar": bytes(257) + b"ustar\x0000" + bytes(250),
    "bmp": saved(chart(), "BMP"),
    "tiff": saved(chart(), "TIFF"),
    "ico": saved(chart(), "ICO"),
    "avif": saved(chart(), "AVIF"),
    "jpeg 2000": saved(chart(), "JPEG2000"),
    "office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50),
    "executable": b"\x7fELF" + bytes(50),
    "wave sound": b"RIFF\x24\0\0\0WAVEfmt ",
    "mp4": b"\0\0\0\x18ftypmp42",
    "text": b"chart.png",
    "space before a png": b" " + PNG,
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_archives_documents_and_drawings_are_refused_by_their_content(name: str) -> None:
    with pytest.raises(PictureRefused, match="Use a PNG, JPEG, GIF or WebP"):
        admit(NO_PICTURES[name])


def test_an_empty_and_an_oversized_file_are_refused_unread() -> None:
    with pytest.raises(PictureRefused, match="empty"):
        admit(b"")
    with pytest.raises(PictureRefused, match="larger than 15 MB"):
        admit(PNG + bytes(LIMITS.largest))


@pytest.mark.parametrize(
    "body",
    [
        FLOOD,
        header(8_193, 10) + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
        header(5_001, 5_000) + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
        header(2**31 - 1, 2**31 - 1) + chunk(b"IDAT", b""),
        b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x00;",
    ],
    ids=["30,000 x 30,000", "side", "area", "2^31", "gif"],
)
def test_a_flood_of_pixels_is_refused_before_it_is_decoded(body: bytes) -> None:
    with pytest.raises(PictureRefused, match="25 million pixels"):
        admit(body)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str) -> None:
    body = saved(chart(), kind, save_all=True, append_images=[noise(64, 32)], duration=100)
    with pytest.raises(PictureRefused, match="moves"):
        admit(body)


@pytest.mark.parametrize(
    "body",
    [
        SIGNATURE,
        PNG[:20],
        PNG[: len(PNG) // 2],
        PNG[:60] + bytes([PNG[60] ^ 0xFF]) + PNG[61:],
        saved(noise(200, 200), "JPEG")[:4_000],
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        header(64, 32) + chunk(b"IEND", b""),
        with_chunk(PNG, b"iCCP", b"x\0\0" + BOMB),
        with_chunk(PNG, b"zTXt", b"x\0\0" + BOMB),
        with_chunk(PNG, b"iTXt", b"x\0\x01\0\0\0" + BOMB),
    ],
    ids=[
        "signature",
        "cut header",
        "half",
        "flipped",
        "cut jpeg",
        "jpeg",
        "gif",
        "webp",
        "no data",
        "iCCP",
        "zTXt",
        "iTXt",
    ],
)
def test_a_damaged_picture_and_one_with_a_bomb_in_its_notes_are_refused(body: bytes) -> None:
    with pytest.raises(PictureRefused, match="damaged"):
        admit(body)


def test_a_picture_that_costs_too_much_memory_is_refused() -> None:
    tight = replace(LIMITS, memory=48 * 1024 * 1024)
    with pytest.raises(PictureRefused):
        admit(saved(chart(4_000, 4_000), "PNG"), limits=tight)
    assert admit(PNG)


@pytest.mark.slow
def test_a_picture_that_costs_too_much_time_is_refused() -> None:
    tight = replace(LIMITS, cpu_seconds=1, pixels=100_000_000, side=20_000, memory=2**31)
    with pytest.raises(PictureRefused, match="too much memory or time"):
        admit(saved(chart(9_000, 9_000).convert("RGBA"), "PNG"), limits=tight)


def test_a_child_that_hangs_is_ended_by_the_clock() -> None:
    with pytest.raises(PictureRefused, match="too much memory or time"):
        admit(PNG, limits=replace(LIMITS, wall_seconds=0))


def test_the_child_runs_within_its_limits_with_no_file_or_socket_left_to_open() -> None:
    probe = (
        "import json, resource, socket, sys, runpy\n"
        "held = runpy.run_path(sys.argv[3])\n"
        "def look(*_):\n"
        "    bounded = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE)\n"
        "    limits = [resource.getrlimit(what)[0] for what in bounded]\n"
        "    try: socket.socket(); opened = True\n"
        "    except OSError: opened = False\n"
        "    sys.stdout.write(json.dumps([limits, opened])); sys.stdout.flush(); raise SystemExit\n"
        "held['_child'].__globals__['_decode'] = look\n"
        "held['_child'](sys.argv[1], held['PictureLimits'](**json.loads(sys.argv[2])))\n"
    )
    command = [sys.executable, "-I", "-c", probe, "PNG", json.dumps(asdict(LIMITS)), gateway.picture.__file__]
    done = subprocess.run(command, input=PNG, capture_output=True, check=True)
    assert json.loads(done.stdout) == [[512 * 1024 * 1024, 5, 0], False]


def test_the_asking_process_decodes_nothing_and_passes_no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "json.py").write_text("raise SystemExit('loaded from outside')")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from gateway.picture import admit;"
        "print(admit(sys.stdin.buffer.read()).width, any(name.startswith('PIL') for name in sys.modules))"
    )
    root = str(Path(gateway.picture.__file__).parents[1])
    done = subprocess.run([sys.executable, "-I", "-c", code, root], input=PNG, capture_output=True, check=True)
    assert done.stdout.split() == [b"64", b"False"]
    assert admit(PNG).width == 64


def test_a_flood_of_pixels_leaves_the_asking_process_as_small_as_it_was() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PictureRefused):
        admit(FLOOD)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.data())
def test_a_picture_spoilt_anywhere_is_refused_or_comes_out_clean(kind: str, data: st.DataObject) -> None:
    body = bytearray(saved(chart(), kind))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(1, len(body)) | st.just(len(body)))
    try:
        admitted = admit(bytes(body[:cut]))
    except PictureRefused:
        return
    assert opened(admitted.body).size == (admitted.width, admitted.height)


@given(st.binary(max_size=40))
def test_only_four_beginnings_are_taken_for_pictures(body: bytes) -> None:
    try:
        kind = kind_of(body)
    except PictureRefused:
        return
    assert body[:3] in {b"\x89PN", b"\xff\xd8\xff", b"GIF", b"RIF"}
    assert kind in {"PNG", "JPEG", "GIF", "WEBP"}


def test_the_limits_are_those_of_the_design() -> None:
    assert PictureLimits() == PictureLimits(15_000_000, 25_000_000, 8_192, 2_000_000, 5, 30, 536_870_912)

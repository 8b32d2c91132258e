"""Picture: admit an image by its content, re-encoded in a confined child process, with nothing in it but pixels.

This file is also the child's program. It is started by its path with `python -I`, so it imports nothing of ours.
Limits: design of the gateway, security section 6 (15 MB, 25 megapixels, side 8,192, 512 MB, 5 s CPU, no files, no
network). Every platform takes what comes out: PNG or JPEG, side at most 4,096, at most 2,000,000 bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import resource
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

Kind = Literal["PNG", "JPEG", "GIF", "WEBP"]

SIGNATURES: tuple[tuple[Kind, bytes, int, bytes], ...] = (
    ("PNG", b"\x89PNG\r\n\x1a\n", 0, b""),
    ("JPEG", b"\xff\xd8\xff", 0, b""),
    ("GIF", b"GIF87a", 0, b""),
    ("GIF", b"GIF89a", 0, b""),
    ("WEBP", b"RIFF", 8, b"WEBP"),
)
WORDS = {
    "unknown": "This is not a picture that can be posted. Use a PNG, JPEG, GIF or WebP file.",
    "damaged": "The picture is damaged or incomplete. Save it again and add it anew.",
    "pixels": "The picture has too many pixels. Make it smaller: at most 25 million pixels and 8,192 on a side.",
    "moving": "The picture moves. Use a still picture.",
    "costly": "The picture takes too much memory or time to read. Save it again in a simpler form.",
}
# What is tried, in order, until it fits: format, longest side, JPEG quality. First as it came, then JPEG, then lower
# quality, then smaller; the last stays below 750,000 bytes even for noise.
ATTEMPTS = (("PNG", 4096, 0), ("JPEG", 4096, 90), ("JPEG", 4096, 80), ("JPEG", 2048, 85), ("JPEG", 1024, 80))
LOSSLESS_PIXELS = 8_400_000
LONGEST_HEAD = 1_000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


@dataclass(frozen=True)
class PictureLimits:
    """What may come in (bytes, pixels, side), what goes out (bytes), and what the child may use (seconds, bytes)."""

    largest: int = 15_000_000
    pixels: int = 25_000_000
    side: int = 8_192
    largest_out: int = 2_000_000
    cpu_seconds: int = 5
    wall_seconds: int = 30
    memory: int = 512 * 1024 * 1024


LIMITS = PictureLimits()


@dataclass(frozen=True)
class AdmittedPicture:
    """The re-encoded picture, and its SHA-256 (hex), by which it is known from here on."""

    body: bytes
    media_type: str
    width: int
    height: int
    sha256: str


class PictureRefused(ValueError):
    """The picture cannot be taken; the message is for the person and says what to do."""


def admit(body: bytes, *, limits: PictureLimits = LIMITS) -> AdmittedPicture:
    """The picture as it will be posted; one input gives one output. Raises PictureRefused.

    Orientation is applied and colours are brought to sRGB; then everything that is not pixels is gone.
    """
    if not body:
        raise PictureRefused("The picture is empty. Choose the file again.")
    if len(body) > limits.largest:
        raise PictureRefused(f"The picture is larger than {limits.largest // 1_000_000} MB. Save it smaller.")
    answer = _in_child(kind_of(body), body, limits)
    head, _, picture = answer.partition(b"\n")
    told = _told(head)
    if told is None or hashlib.sha256(picture).hexdigest() != told[3]:
        raise PictureRefused(WORDS["damaged"])
    return AdmittedPicture(picture, *told)


def kind_of(body: bytes) -> Kind:
    """What the content is, by its first bytes; names and declared types are not asked. Raises PictureRefused."""
    for kind, start, offset, further in SIGNATURES:
        if body.startswith(start) and body[offset:].startswith(further):
            return kind
    raise PictureRefused(WORDS["unknown"])


def _told(head: bytes) -> tuple[str, int, int, str] | None:
    """Media type, width, height and digest as the child gives them; its refusals are raised, its nonsense is None."""
    try:
        told = json.loads(head)
    except ValueError:
        return None
    if isinstance(told, dict) and told.get("refused") in WORDS:
        raise PictureRefused(WORDS[told["refused"]])
    match told:
        case [str(media_type), int(width), int(height), str(digest)] if media_type in MEDIA_TYPES.values():
            return media_type, width, height, digest
    return None


def _in_child(kind: Kind, body: bytes, limits: PictureLimits) -> bytes:
    """The child's answer, bounded in size and time. It inherits no environment and no file but the two pipes."""
    command = [sys.executable, "-I", "-W", "ignore", __file__, kind, json.dumps(asdict(limits))]
    with subprocess.Popen(  # noqa: S603 (our own interpreter and file, no word of a person in it)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        stop = threading.Timer(limits.wall_seconds, child.kill)
        stop.daemon = True
        stop.start()
        try:
            with contextlib.suppress(BrokenPipeError), child.stdin:
                child.stdin.write(body)
            answer = child.stdout.read(limits.largest_out + LONGEST_HEAD)
            child.stdout.close()  # a child that says more than it may is ended by the broken pipe
            child.wait()
        finally:
            stop.cancel()
            child.kill()
    return answer or json.dumps({"refused": "costly" if _was_stopped(child.returncode) else "damaged"}).encode()


def _was_stopped(status: int) -> bool:
    """Whether a limit ended the child: by signal, where a damaged file ends it with an ordinary error."""
    return status < 0


# From here on: the child.


class _Wrong(Exception):
    """The child's refusal, by its key in WORDS."""


def _child(kind: str, limits: PictureLimits) -> None:
    """Read the picture from stdin, answer on stdout: one line of JSON, then the bytes. Any crash is an answer too."""
    _bound(resource.RLIMIT_AS, limits.memory)
    _bound(resource.RLIMIT_CPU, limits.cpu_seconds)
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, 0)
    body = sys.stdin.buffer.read()
    _warm()
    _bound(resource.RLIMIT_NPROC, 0)
    _bound(resource.RLIMIT_NOFILE, 0)  # from here on no file, no socket can be opened
    try:
        decoded = _decode(kind, body, limits)
        is_lossless = kind in {"PNG", "GIF"} or body[12:16] == b"VP8L" or decoded.mode == "RGBA"
        media_type, size, picture = _encode(decoded, is_lossless, limits)
    except _Wrong as wrong:
        answer = json.dumps({"refused": str(wrong)}).encode()
    except MemoryError:
        answer = json.dumps({"refused": "costly"}).encode()
    else:
        head = [media_type, *size, hashlib.sha256(picture).hexdigest()]
        answer = json.dumps(head).encode() + b"\n" + picture
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _bound(what: int, most: int) -> None:
    """Lower a limit, never raise it: a host may have set a stricter one."""
    _, hard = resource.getrlimit(what)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (bound, bound))


def _warm() -> None:
    """Load every module the work needs while files can still be opened."""
    from PIL import GifImagePlugin, Image, ImageCms, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

    del (
        GifImagePlugin,
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        WebPImagePlugin,
    )  # importing them registers them
    Image.MAX_IMAGE_PIXELS = None  # our own limits are asked before anything is decoded
    dot = Image.new("RGB", (2, 2))
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        file = BytesIO()
        dot.save(file, kind, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
        _straightened(Image.open(file))
    ImageCms.createProfile("sRGB")


def _decode(kind: str, body: bytes, limits: PictureLimits) -> PillowImage:
    """The upright pixels in L, RGB or RGBA, sRGB. Sizes are asked before a pixel is decoded."""
    from PIL import Image

    picture: PillowImage = Image.open(BytesIO(body), formats=[kind])
    _require_size(picture.size, limits)
    if kind != "JPEG" and getattr(picture, "is_animated", False):
        raise _Wrong("moving")
    picture.load()
    _require_size(picture.size, limits)
    profile = picture.info.get("icc_profile")
    plain = _in_srgb(_plain(picture), profile if isinstance(profile, bytes) else b"")
    return _straightened(plain, picture)


def _require_size(size: tuple[int, int], limits: PictureLimits) -> None:
    width, height = size
    if width * height > limits.pixels or max(size) > limits.side:
        raise _Wrong("pixels")


def _plain(picture: PillowImage) -> PillowImage:
    """L, RGB, RGBA or CMYK: without palette, odd depths and needless transparency."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"L", "1", "CMYK"} and not picture.has_transparency_data:
        return picture.convert("CMYK" if picture.mode == "CMYK" else "L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    return seen.convert("RGB") if seen.getchannel("A").getextrema() == (255, 255) else seen


def _in_srgb(picture: PillowImage, profile: bytes) -> PillowImage:
    """Colours as its profile means them, so that taking the profile away changes nothing that is seen.

    A profile that does not fit is left unused, as browsers do; a see-through picture keeps its numbers, for memory.
    """
    from PIL import ImageCms

    if profile and picture.mode in {"RGB", "CMYK"}:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            done = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return done or picture
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _straightened(picture: PillowImage, told: PillowImage | None = None) -> PillowImage:
    """Turned as the EXIF orientation of `told` says (EXIF 2.32, tag 0x0112), and without any note."""
    from PIL.Image import Transpose

    orientation = (told or picture).getexif().get(0x0112)
    turn = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation if isinstance(orientation, int) else 1)
    turned = picture if turn is None else picture.transpose(turn)
    turned.info.clear()
    return turned


def _encode(picture: PillowImage, lossless: bool, limits: PictureLimits) -> tuple[str, tuple[int, int], bytes]:
    """The first of the ATTEMPTS that fits. Lossless is kept for what came lossless or see-through, and is not vast."""
    for form, side, quality in ATTEMPTS:
        if form == "PNG" and not (lossless and picture.width * picture.height <= LOSSLESS_PIXELS):
            continue
        sized = _within(picture, side)
        file = BytesIO()
        if form == "PNG":
            sized.save(file, "PNG")
        else:
            _on_white(sized).save(file, "JPEG", quality=quality, subsampling=0)
        if file.tell() <= limits.largest_out:
            return MEDIA_TYPES[form], sized.size, file.getvalue()
    raise _Wrong("costly")


def _within(picture: PillowImage, side: int) -> PillowImage:
    from PIL.Image import Resampling

    longest = max(picture.size)
    if longest <= side:
        return picture
    width, height = (max(1, round(length * side / longest)) for length in picture.size)
    return picture.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)


def _on_white(picture: PillowImage) -> PillowImage:
    """JPEG knows no transparency: what is see-through becomes white, as on a page."""
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    page = Image.new("RGB", picture.size, "white")
    page.paste(picture, mask=picture.getchannel("A"))
    return page


def _main() -> None:
    _child(sys.argv[1], PictureLimits(**json.loads(sys.argv[2])))


if __name__ == "__main__":
    _main()

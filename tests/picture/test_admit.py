"""A picture comes in as a person has it and goes out as every platform takes it, with nothing in it but pixels."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from gateway.picture import LIMITS, AdmittedPicture, admit
from tests.picture.made import chart, noise, opened, saved

SECRET = "Jane-Smith-51.5N-OFFICIAL"
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>{SECRET}</rdf:RDF></x:xmpmeta>".encode()


def exif(orientation: int = 1) -> bytes:
    """EXIF with an orientation, a place and an author."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x013B] = SECRET
    notes[0x9286] = SECRET
    notes.get_ifd(0x8825)[1] = "N"
    return notes.tobytes()


def srgb() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return profile.tobytes()


def about(color: object, wanted: tuple[int, ...]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(color, wanted, strict=False))


@pytest.mark.parametrize(
    ("kind", "options", "media_type"),
    [
        ("PNG", {}, "image/png"),
        ("GIF", {}, "image/png"),
        ("JPEG", {"quality": 95}, "image/jpeg"),
        ("WEBP", {"quality": 95}, "image/jpeg"),
        ("WEBP", {"lossless": True}, "image/png"),
    ],
)
def test_each_kind_comes_out_as_every_platform_takes_it(kind: str, options: dict[str, Any], media_type: str) -> None:
    admitted = admit(saved(chart(), kind, **options))
    again = opened(admitted.body)
    assert admitted.media_type == media_type == Image.MIME[str(again.format)]
    assert (admitted.width, admitted.height) == again.size == (64, 32)
    assert admitted.sha256 == hashlib.sha256(admitted.body).hexdigest()
    assert about(again.convert("RGB").getpixel((4, 4)), (200, 0, 0))
    assert about(again.convert("RGB").getpixel((60, 28)), (0, 0, 200))


def test_one_input_gives_one_output() -> None:
    body = saved(noise(50, 50), "JPEG")
    assert admit(body) == admit(body)


WHITE = Image.new("L", (8, 8), 255)
MODES = {
    "1": saved(WHITE.convert("1"), "PNG"),
    "L": saved(WHITE, "PNG"),
    "LA": saved(WHITE.convert("LA"), "PNG"),
    "P": saved(WHITE.convert("P"), "PNG"),
    "RGBA": saved(WHITE.convert("RGBA"), "PNG"),
    "I;16": saved(Image.new("I;16", (8, 8), 65535), "PNG"),
    "grey JPEG": saved(WHITE, "JPEG"),
    "CMYK": saved(WHITE.convert("CMYK"), "JPEG"),
    "WebP with alpha": saved(WHITE.convert("RGBA"), "WEBP"),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_of_colour_keeps_what_is_seen(mode: str) -> None:
    again = opened(admit(MODES[mode]).body)
    assert again.mode in {"L", "RGB"}
    assert about(again.convert("RGB").getpixel((4, 4)), (255, 255, 255))


def test_half_of_a_sixteen_bit_grey_stays_half() -> None:
    again = opened(admit(saved(Image.new("I;16", (8, 8), 32768), "PNG")).body)
    assert again.convert("L").getpixel((4, 4)) == 128


def test_what_is_see_through_stays_so_in_a_png() -> None:
    clear = Image.new("RGBA", (16, 16), (200, 0, 0, 0))
    for body in (saved(clear, "PNG"), saved(clear, "WEBP"), saved(clear, "GIF")):
        again = opened(admit(body).body)
        assert again.mode == "RGBA"
        assert again.getchannel("A").getextrema() == (0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_picture_stands_upright(orientation: int, kind: str) -> None:
    upright = chart()
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    turned = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    again = opened(admit(saved(turned, kind, exif=exif(orientation))).body).convert("RGB")
    assert again.size == (64, 32)
    assert about(again.getpixel((4, 4)), (200, 0, 0))
    assert about(again.getpixel((60, 4)), (0, 0, 200))
    assert about(again.getpixel((4, 28)), (0, 0, 200))


def with_notes(kind: str) -> bytes:
    if kind == "GIF":
        return saved(chart(), "GIF", comment=SECRET.encode())
    if kind == "WEBP":
        return saved(chart(), "WEBP", exif=exif(), xmp=XMP, icc_profile=srgb())
    if kind == "JPEG":
        return saved(chart(), "JPEG", exif=exif(), xmp=XMP, icc_profile=srgb(), comment=SECRET, dpi=(300, 300))
    text = PngInfo()
    text.add_text("Author", SECRET)
    text.add_text("Comment", SECRET, zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(chart(), "PNG", exif=exif(), icc_profile=srgb(), pnginfo=text, dpi=(300, 300))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_notes_places_profiles_and_trailers_are_gone(kind: str) -> None:
    body = with_notes(kind) + b"PK\x03\x04" + SECRET.encode()
    assert SECRET.encode() in body
    admitted = admit(body).body
    again = opened(admitted)
    assert SECRET.encode() not in admitted
    assert not again.getexif()
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not getattr(again, "text", {})


def test_colours_are_kept_as_their_profile_means_them_when_the_profile_goes() -> None:
    swapped = srgb().replace(b"rXYZ", b"none").replace(b"bXYZ", b"rXYZ").replace(b"none", b"bXYZ")
    again = opened(admit(saved(chart(), "PNG", icc_profile=swapped)).body)
    assert about(again.getpixel((4, 4)), (0, 0, 200))
    assert about(again.getpixel((60, 28)), (200, 0, 0))


def test_a_profile_that_does_not_fit_is_left_unused() -> None:
    body = saved(chart().convert("CMYK"), "JPEG", icc_profile=b"no profile", quality=95)
    assert about(opened(admit(body).body).getpixel((60, 28)), (0, 0, 200))


def test_a_palette_chart_stays_sharp() -> None:
    drawn = Image.new("P", (300, 200))
    drawn.putpalette([255, 255, 255, 10, 20, 30])
    ImageDraw.Draw(drawn).line((0, 199, 299, 0), fill=1)
    admitted = admit(saved(drawn, "PNG"))
    assert admitted.media_type == "image/png"
    assert opened(admitted.body).convert("RGB").tobytes() == drawn.convert("RGB").tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_would_be_too_large_for_a_platform_is_made_to_fit(mode: str) -> None:
    admitted = admit(saved(noise(1900, 1900, mode), "PNG", compress_level=1))
    assert admitted.media_type == "image/jpeg"
    assert len(admitted.body) <= LIMITS.largest_out
    assert opened(admitted.body).size == (admitted.width, admitted.height)


@pytest.mark.slow
def test_the_largest_picture_allowed_fits_into_the_childs_limits() -> None:
    largest = Image.new("RGBA", (5_000, 5_000), (10, 20, 30, 40))
    admitted = admit(saved(largest, "PNG", compress_level=1, icc_profile=srgb(), exif=exif(6)))
    assert isinstance(admitted, AdmittedPicture)
    assert max(admitted.width, admitted.height) <= 4_096

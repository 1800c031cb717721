"""A picture from outside, read whole and written anew: what is stored was made here. Pure.

Nothing of the upload is kept but its pixels. So a file that is a picture and a program at once,
or that says where it was taken, never reaches a shopper.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from commerce.shared.errors import Rejected

BYTES_MAX: Final = 10 * 1024 * 1024
# A camera's 24 megapixels. Decoded they are 100 MB, and a file of a few kB can claim more.
PIXELS_MAX: Final = 25_000_000
EDGE_MAX: Final = 10_000
# The longest edges of thumbnails: a cart's line, a list, a page on a phone, a page.
THUMBNAIL_EDGES: Final = (160, 480, 960, 1600)

# Counted up when pictures are written differently, so that they get other addresses.
_RECIPE: Final = 1
_QUALITY: Final = 88
_THUMBNAIL_QUALITY: Final = 80

# How a file of each format begins, whatever it is called (PNG: ISO 15948, 5.2; JPEG: ITU T.81, B.1;
# WebP: RFC 9649, 2.4).
_BEGINNINGS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "JPEG": lambda data: data[:3] == b"\xff\xd8\xff",
    "PNG": lambda data: data[:8] == b"\x89PNG\r\n\x1a\n",
    "WEBP": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
}
# Asked for by name: `Image.open` would take a phone's JPEG for a film where a second picture hangs
# behind the first, such as how bright or how far away each pixel of it is (CIPA DC-007).
_READERS: Final[Mapping[str, type[ImageFile.ImageFile]]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
}
_CONTENT_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SUFFIXES: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
# What Pillow's decoders raise for broken files; none of them promises less.
_BROKEN: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError),
    *(AttributeError, struct.error, zlib.error),
)


class InvalidPicture(Rejected):
    """The file is no picture that can be shown."""

    code = "invalid_picture"

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One file of a picture, ready to be stored."""

    name: str
    """Within the picture's folder: `original.jpg`, `480.webp`."""
    content_type: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in its own format, and thumbnails of it from small to large."""

    original: Rendition
    thumbnails: Sequence[Rendition]


def address_of(data: bytes) -> str:
    """Name a picture by its content: the same file has the same address, any other has another."""
    return hashlib.sha256(b"%d\n" % _RECIPE + data).hexdigest()


def read_picture(data: bytes) -> Picture:
    """Decode every pixel and write them anew, upright, in sRGB and without metadata.

    Raises:
        InvalidPicture: another format, too large, moving, or broken.
    """
    kind = _format_of(data)
    try:
        with warnings.catch_warnings():
            # Pillow warns of sizes we refuse anyway, and of metadata we throw away.
            warnings.simplefilter("ignore")
            image = _decode(data, kind)
            return Picture(original=_original(image, kind), thumbnails=_thumbnails(image))
    except Image.DecompressionBombError as failure:
        raise _too_large() from failure
    except _BROKEN as failure:
        raise InvalidPicture(problem="the file is broken") from failure


def _format_of(data: bytes) -> str:
    if len(data) > BYTES_MAX:
        raise InvalidPicture(problem=f"at most {BYTES_MAX // 1024 // 1024} MiB")
    for kind, begins in _BEGINNINGS.items():
        if begins(data):
            return kind
    raise InvalidPicture(problem="a JPEG, PNG or WebP file is wanted")


def _decode(data: bytes, kind: str) -> Image.Image:
    # The header alone is read here: a bomb is refused before a pixel of it is unpacked.
    image: Image.Image = _READERS[kind](io.BytesIO(data))
    width, height = image.size
    if width * height > PIXELS_MAX or max(width, height) > EDGE_MAX:
        raise _too_large()
    if getattr(image, "is_animated", False):
        raise InvalidPicture(problem="moving pictures are not shown")
    image.load()
    # In place here and below: each copy of a large picture is another 100 MB.
    ImageOps.exif_transpose(image, in_place=True)
    return _in_srgb(image)


def _too_large() -> InvalidPicture:
    return InvalidPicture(problem=f"at most {PIXELS_MAX:,} pixels, {EDGE_MAX:,} along an edge")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Give plain RGB or RGBA: what a browser shows without being told more."""
    has_alpha = image.has_transparency_data
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        # A broken profile costs the colours a little, not the picture.
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            image = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGBA" if image.mode == "RGBA" else "RGB",
            )  # type: ignore[assignment]  # None only when it works in place
    if image.mode.startswith("I;16"):
        # Pillow would cut sixteen bits off at 255 instead of scaling them.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if has_alpha else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    image.info.clear()  # or Pillow would write some of it into our files: comments, profiles
    return image


def _original(image: Image.Image, kind: str) -> Rendition:
    name = f"original.{_SUFFIXES[kind]}"
    if kind == "PNG":
        return _write(image, name, kind)
    return _write(image, name, kind, quality=_QUALITY)


def _thumbnails(image: Image.Image) -> list[Rendition]:
    """From large to small, each made of the one before: the many pixels are gone through once."""
    found = []
    for edge in reversed(THUMBNAIL_EDGES):
        if edge < (longest := max(image.size)):
            # A line of pixels is still one pixel wide.
            width, height = (max(1, round(side * edge / longest)) for side in image.size)
            image = image.resize((width, height), Image.Resampling.LANCZOS)
            found.append(_write(image, f"{edge}.webp", "WEBP", quality=_THUMBNAIL_QUALITY))
    return found[::-1]


def _write(image: Image.Image, name: str, kind: str, **options: int) -> Rendition:
    written = io.BytesIO()
    image.save(written, kind, **options)
    return Rendition(
        name=name,
        content_type=_CONTENT_TYPES[kind],
        width=image.width,
        height=image.height,
        data=written.getvalue(),
    )

"""Files as cameras, phones and attackers make them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin


def picture(
    kind: str = "JPEG", *, width: int = 64, height: int = 48, color: Any = "teal", **saved: Any
) -> bytes:
    """A picture of one colour: `picture("PNG", width=2_000, exif=…)`."""
    return saved_as(kind, Image.new("RGB", (width, height), color), **saved)


def saved_as(kind: str, image: Image.Image, **saved: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **saved)
    return written.getvalue()


def with_secrets() -> bytes:
    """A photo that says where and with what it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0110] = "A camera of Ada's"
    exif[0x0112] = 6  # turn by 90° to the right
    exif.get_ifd(0x8825)[2] = (45.0, 31.0, 12.0)  # latitude
    return picture(exif=exif, comment=b"my secret garden", width=64, height=32)


def png_with_text() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ada at home")
    return picture("PNG", pnginfo=text)


def bomb(*, width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes whose header promises gigabytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 999)), (b"IEND", b""))
    )


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image

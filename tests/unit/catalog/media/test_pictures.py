"""Reading a picture: what is let in, and what is left of it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from commerce.catalog.media import pictures
from commerce.catalog.media.pictures import InvalidPicture, address_of, read_picture
from tests.factories.pictures import (
    bomb,
    opened,
    picture,
    png_with_text,
    saved_as,
    with_secrets,
)


class TestReadPicture:
    @pytest.mark.parametrize(
        ("kind", "name", "content_type"),
        [
            ("JPEG", "original.jpg", "image/jpeg"),
            ("PNG", "original.png", "image/png"),
            ("WEBP", "original.webp", "image/webp"),
        ],
    )
    def test_keeps_the_format_and_the_size(self, kind, name, content_type):
        original = read_picture(picture(kind, width=64, height=48)).original

        assert (original.name, original.content_type) == (name, content_type)
        assert (original.width, original.height) == (64, 48)
        assert (opened(original.data).format, opened(original.data).size) == (kind, (64, 48))

    def test_makes_thumbnails_that_are_smaller_than_the_original(self):
        found = read_picture(picture(width=1000, height=500)).thumbnails

        assert [(x.name, x.width, x.height) for x in found] == [
            ("160.webp", 160, 80),
            ("480.webp", 480, 240),
            ("960.webp", 960, 480),
        ]
        assert [(opened(x.data).format, opened(x.data).size) for x in found] == [
            ("WEBP", (160, 80)),
            ("WEBP", (480, 240)),
            ("WEBP", (960, 480)),
        ]

    @pytest.mark.parametrize(("width", "height"), [(4_000, 10), (1, 300)])
    def test_makes_thumbnails_of_the_thinnest_line(self, width, height):
        found = read_picture(picture(width=width, height=height)).thumbnails

        assert (found[0].name, min(found[0].width, found[0].height)) == ("160.webp", 1)

    def test_shows_the_first_of_the_pictures_in_a_phones_photo(self):
        depth = Image.new("RGB", (64, 48), "white")
        photo = saved_as(
            "MPO", Image.new("RGB", (64, 48), "red"), save_all=True, append_images=[depth]
        )

        kept = opened(read_picture(photo).original.data)

        assert (kept.format, kept.size, kept.getpixel((0, 0))[0] > 200) == ("JPEG", (64, 48), True)
        assert kept.getpixel((0, 0))[1] < 50

    def test_has_no_thumbnail_of_what_is_small(self):
        assert read_picture(picture(width=160, height=90)).thumbnails == []

    def test_has_thumbnails_of_a_line(self):
        found = read_picture(picture(width=5000, height=1)).thumbnails

        assert [(x.width, x.height) for x in found] == [(160, 1), (480, 1), (960, 1), (1600, 1)]

    def test_turns_it_upright_and_forgets_where_it_was_taken(self):
        upload = with_secrets()
        assert b"Ada" in upload
        assert b"secret garden" in upload

        original = read_picture(upload).original

        assert (original.width, original.height) == (32, 64)
        kept = opened(original.data)
        assert not kept.getexif()
        assert "comment" not in kept.info
        assert b"Ada" not in original.data
        assert b"secret garden" not in original.data

    def test_forgets_the_text_in_a_png(self):
        assert b"Ada at home" in png_with_text()

        assert b"Ada at home" not in read_picture(png_with_text()).original.data

    def test_drops_whatever_hangs_behind_the_picture(self):
        upload = picture() + b"<script>alert(1)</script>"

        assert b"<script>" not in read_picture(upload).original.data

    def test_keeps_what_shines_through(self):
        clear = saved_as("PNG", Image.new("RGBA", (8, 8), (255, 0, 0, 0)))
        palette = Image.new("P", (8, 8), 0)
        palette.putpalette([1, 2, 3])

        assert opened(read_picture(clear).original.data).getpixel((0, 0))[3] == 0
        keyed = read_picture(saved_as("PNG", palette, transparency=0))
        assert opened(keyed.original.data).mode == "RGBA"

    @pytest.mark.parametrize(
        ("mode", "color"), [("CMYK", (0, 255, 255, 0)), ("L", 128), ("1", 1), ("I;16", 65_535)]
    )
    def test_gives_every_kind_of_colour_as_rgb(self, mode, color):
        kind = "JPEG" if mode in ("CMYK", "L") else "PNG"

        kept = opened(read_picture(saved_as(kind, Image.new(mode, (8, 8), color))).original.data)

        assert kept.mode == "RGB"
        red, green, blue = kept.getpixel((0, 0))
        if mode == "CMYK":
            assert red > 200
            assert max(green, blue) < 50
        else:
            assert min(red, green, blue) >= 120

    def test_shows_the_colours_of_a_profile_without_needing_it(self):
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

        kept = opened(read_picture(picture(color=(200, 30, 30), icc_profile=srgb)).original.data)
        broken = read_picture(picture(icc_profile=profile)).original
        garbage = read_picture(picture(icc_profile=b"no profile at all")).original

        assert "icc_profile" not in kept.info
        assert abs(kept.getpixel((0, 0))[0] - 200) < 6
        assert opened(broken.data).mode == opened(garbage.data).mode == "RGB"


class TestInvalidPicture:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"GIF89a" + b"\0" * 40,
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<html>",
            b"%PDF-1.7",
            b"MZ" + b"\0" * 100,
        ],
    )
    def test_is_whatever_is_no_picture_a_browser_needs(self, data):
        with pytest.raises(InvalidPicture, match="JPEG, PNG or WebP"):
            read_picture(data)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_is_what_only_begins_like_one(self, kind):
        whole = saved_as(kind, Image.effect_noise((64, 64), 80).convert("RGB"))

        with pytest.raises(InvalidPicture, match="broken"):
            read_picture(whole[: len(whole) // 2])

    def test_is_one_of_more_bytes_than_are_taken(self, monkeypatch):
        monkeypatch.setattr(pictures, "BYTES_MAX", 100)

        with pytest.raises(InvalidPicture, match="at most"):
            read_picture(picture())

    @pytest.mark.parametrize("edge", [5_001, 9_000, 30_000])
    def test_is_a_bomb_and_never_gets_unpacked(self, monkeypatch, edge):
        monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("unpacked"))
        assert len(bomb()) < 1_000

        with pytest.raises(InvalidPicture, match="pixels"):
            read_picture(bomb(width=edge, height=edge))

    @pytest.mark.parametrize(("width", "height"), [(10_001, 1), (5_001, 5_000)])
    def test_is_one_of_more_pixels_than_are_taken(self, width, height):
        with pytest.raises(InvalidPicture, match="pixels"):
            read_picture(bomb(width=width, height=height))

    def test_is_one_that_moves(self):
        frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
        moving = saved_as("WEBP", frames[0], save_all=True, append_images=frames[1:])

        with pytest.raises(InvalidPicture, match="moving"):
            read_picture(moving)

    @settings(max_examples=60)
    @given(data=st.data())
    def test_is_all_that_a_damaged_file_can_be(self, data):
        kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
        file = bytearray(picture(kind, icc_profile=b"\0" * 200))
        for at in data.draw(st.lists(st.integers(12, len(file) - 1), max_size=8)):
            file[at] = data.draw(st.integers(0, 255))

        try:
            read = read_picture(bytes(file))
        except InvalidPicture:
            return
        assert Image.open(io.BytesIO(read.original.data)).format == kind


class TestAddressOf:
    def test_follows_from_the_content_alone(self):
        assert address_of(b"one") == address_of(b"one") != address_of(b"two")
        assert len(address_of(b"one")) == 64

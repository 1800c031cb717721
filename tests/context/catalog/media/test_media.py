"""Pictures of products: shown once, in order, and with nothing left behind."""

import datetime as dt
from pathlib import Path

import pytest

from commerce.catalog.listing.facts import load_facts
from commerce.catalog.media import add_media as adding
from commerce.catalog.media.add_media import FileRaced, add_media
from commerce.catalog.media.change_media import MediaChanges, change_media
from commerce.catalog.media.pictures import InvalidPicture
from commerce.catalog.media.queries import UnknownMedia, load_media
from commerce.catalog.media.remove_media import remove_media
from commerce.catalog.media.sweep_files import KEEP_FOR, sweep_files
from commerce.catalog.models import Media, MediaFile, ProductChange
from commerce.catalog.products.drafts import InvalidField
from commerce.catalog.products.queries import UnknownProduct, UnknownVariant
from commerce.shared.errors import Stale
from commerce.shared.ids import new_id
from tests.factories.catalog import on_sale
from tests.factories.pictures import picture

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + KEEP_FOR + dt.timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def files(disk: Path) -> list[str]:
    return sorted(x.relative_to(disk).name for x in disk.rglob("*") if x.is_file())


def shown(product) -> list[str]:
    return [x.alt for x in load_media([product.pk]).get(product.pk, [])]


def add(product, alt="", *, color="teal", at=NOON, **more):
    return add_media(
        product_id=product.pk, data=picture(color=color, width=200), alt=alt, now=at, **more
    )


def change(media, *, version=None, **changes):
    return change_media(
        product_id=media.product_id,
        media_id=media.pk,
        changes=MediaChanges(**changes),
        expected_version=version,
        now=NOON,
    )


def remove(media, *, version=None, at=NOON):
    return remove_media(
        product_id=media.product_id, media_id=media.pk, expected_version=version, now=at
    )


@pytest.fixture
def mug(disk):
    return on_sale("mug").product


class TestAddMedia:
    def test_stores_the_picture_and_its_thumbnails(self, mug, disk):
        media = add(mug, "A mug")

        assert files(disk) == ["160.webp", "original.jpg"]
        [found] = load_media([mug.pk])[mug.pk]
        assert (found.id, found.alt, found.kind, found.variant_id) == (
            media.pk,
            "A mug",
            "image",
            None,
        )
        assert (found.original.width, found.original.height) == (200, 48)
        assert [(x.width, x.height) for x in found.sizes] == [(160, 38)]
        assert found.original.url.startswith("/media/")
        assert (disk / found.original.url.removeprefix("/media/")).exists()

    def test_puts_each_behind_the_last(self, mug):
        add(mug, "first", color="red")
        add(mug, "second", color="blue")

        assert shown(mug) == ["first", "second"]

    def test_changes_the_product_and_has_its_documents_made_again(self, mug):
        media = add(mug)

        mug.refresh_from_db()
        assert mug.version == media.product.version == 2
        assert ProductChange.objects.filter(product_id=mug.pk).count() == 1

    def test_stores_the_same_file_once_for_any_number_of_products(self, mug, disk):
        cup = on_sale("cup").product
        add(mug)
        add(cup)

        assert len(files(disk)) == 2
        assert MediaFile.objects.count() == 1

    def test_shows_the_same_file_once_for_a_product_and_once_for_its_variant(self, mug):
        variant = mug.variants.get()

        first, again = add(mug), add(mug)
        of_variant = add(mug, variant_id=variant.pk)

        assert first == again != of_variant
        assert again.product.version == 2
        assert Media.objects.count() == 2

    def test_writes_over_what_a_crash_left_half_written(self, mug, disk):
        add(mug)
        [broken] = disk.rglob("original.jpg")
        whole = broken.read_bytes()
        broken.write_bytes(whole[:10])

        add(on_sale("cup").product)

        assert broken.read_bytes() == whole

    def test_leaves_a_row_that_names_the_files_when_it_is_killed_before_they_are_shown(
        self, mug, disk, monkeypatch
    ):
        def killed(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(adding, "lock_product", killed)
        with pytest.raises(KeyboardInterrupt):
            add(mug)
        assert files(disk) == ["160.webp", "original.jpg"]
        assert not Media.objects.exists()

        assert sweep_files(now=LATER) == 1

        assert files(disk) == []

    def test_refuses_what_is_no_picture_and_stores_nothing(self, mug, disk):
        with pytest.raises(InvalidPicture):
            add_media(product_id=mug.pk, data=b"<html>", now=NOON)

        assert files(disk) == []
        assert not MediaFile.objects.exists()

    def test_refuses_more_than_a_page_can_show(self, mug, monkeypatch):
        monkeypatch.setattr(adding, "MEDIA_MAX", 1)
        add(mug, color="red")

        with pytest.raises(InvalidField, match="at most 1"):
            add(mug, color="blue")

    def test_knows_its_products_and_their_variants(self, mug):
        stranger = on_sale("cup")

        with pytest.raises(UnknownVariant):
            add(mug, variant_id=stranger.pk)
        with pytest.raises(UnknownProduct):
            add_media(product_id=new_id(), data=picture(), now=NOON)
        with pytest.raises(InvalidField):
            add(mug, "a\x00b")


class TestChangeMedia:
    def test_changes_what_is_said(self, mug):
        media = change(add(mug), alt="A red mug", translations={"de": {"alt": "Eine Tasse"}})

        assert (media.alt, media.product.version) == ("A red mug", 3)
        media.refresh_from_db()
        assert media.translations == {"de": {"alt": "Eine Tasse"}}

    @pytest.mark.parametrize(
        ("position", "order"), [(0, "cab"), (1, "acb"), (2, "abc"), (9_999, "abc")]
    )
    def test_moves_it_among_the_others(self, mug, position, order):
        for name, color in zip("abc", ("red", "blue", "green"), strict=True):
            last = add(mug, name, color=color)

        change(last, position=position)

        assert "".join(shown(mug)) == order

    def test_changes_nothing_that_is_so_already(self, mug):
        media = add(mug, "A mug")

        assert change(media, alt="A mug", position=0).product.version == 2

    def test_refuses_a_stale_version_and_broken_rules(self, mug):
        media = add(mug)

        with pytest.raises(Stale):
            change(media, alt="x", version=1)
        for broken in (
            {"alt": "a" * 501},
            {"translations": {"German": {"alt": "Tasse"}}},
            {"translations": {"de": {"title": "Tasse"}}},
            {"position": -1},
        ):
            with pytest.raises(InvalidField):
                change(media, **broken)
        with pytest.raises(UnknownMedia):
            change(Media(pk=new_id(), product=mug), alt="x")


class TestRemoveMedia:
    def test_shows_it_no_more_and_keeps_its_files_for_a_day(self, mug, disk):
        media = add(mug)

        assert remove(media, at=NOON).product.version == 3

        assert shown(mug) == []
        assert sweep_files(now=NOON + KEEP_FOR) == 0
        assert len(files(disk)) == 2
        assert sweep_files(now=LATER) == 1
        assert files(disk) == []

    def test_leaves_the_files_that_another_product_shows(self, mug, disk):
        media, cup = add(mug), on_sale("cup").product
        add(cup)

        remove(media)

        assert sweep_files(now=LATER) == 0
        assert len(files(disk)) == 2

    def test_refuses_a_stale_version_and_another_products_media(self, mug):
        media = add(mug)

        with pytest.raises(Stale):
            remove(media, version=1)
        with pytest.raises(UnknownMedia):
            remove(Media(pk=media.pk, product=on_sale("cup").product))


class TestSweepFiles:
    def test_leaves_what_is_shown_and_what_may_still_be_on_its_way(self, mug):
        add(mug)
        unfinished(at=NOON)

        assert sweep_files(now=NOON + KEEP_FOR) == 0

    def test_takes_over_from_one_that_was_killed(self, disk):
        file = unfinished(at=NOON)
        MediaFile.objects.filter(pk=file.pk).update(removing_at=LATER)

        assert sweep_files(now=LATER + dt.timedelta(minutes=1)) == 0
        assert sweep_files(now=LATER + dt.timedelta(minutes=11)) == 1

    def test_lets_nobody_show_what_it_is_about_to_delete(self, mug):
        media = add(mug)
        remove(media)
        MediaFile.objects.update(removing_at=LATER)

        with pytest.raises(FileRaced):
            add(mug)

    def test_deletes_only_what_it_came_for_when_the_file_has_come_back_meanwhile(self, mug, disk):
        media = add(mug)
        remove(media)
        held_up = MediaFile.objects.get()
        sweep_files(now=LATER)

        add(mug, at=LATER)

        assert MediaFile.objects.get().folder != held_up.folder

    def test_goes_on_until_nothing_is_left(self, monkeypatch):
        monkeypatch.setattr("commerce.catalog.media.sweep_files._BATCH_SIZE", 2)
        for n in range(5):
            unfinished(at=NOON, n=n)

        assert sweep_files(now=LATER) == 5
        assert not MediaFile.objects.exists()


class TestFacts:
    def test_have_the_media_of_all_products_in_one_statement(self, mug, django_assert_num_queries):
        cup = on_sale("cup").product
        for product in (mug, cup):
            add(product, "a", color="red")
            add(product, "b", color="blue")

        with django_assert_num_queries(1):
            media = load_media([mug.pk, cup.pk])

        assert [len(x) for x in media.values()] == [2, 2]
        [of_mug] = load_facts([mug.pk], at=NOON)
        assert [x.alt for x in of_mug.media] == ["a", "b"]


def unfinished(*, at, n=0):
    digest = f"{n:064x}"
    return MediaFile.objects.create(
        digest=digest, folder=f"00/{digest}", renditions=[], size_bytes=1, used_at=at
    )

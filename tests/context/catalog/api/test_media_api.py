"""Media over REST: staff send files, shoppers see pictures."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commerce.catalog.api import uploads
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.models import Media
from commerce.identity.models import AuditEntry
from commerce.shared import clock
from commerce.shared.ids import encode, new_id
from tests.factories.catalog import on_sale
from tests.factories.identity import UserFactory
from tests.factories.pictures import opened, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


@pytest.fixture
def mug():
    return on_sale("mug").product


def path(product, media_id=None):
    base = f"/v1/products/{encode('prod', product.pk)}/media"
    return f"{base}/{media_id}" if media_id else base


def file(data=None, name="mug.jpg"):
    return SimpleUploadedFile(name, picture(width=200) if data is None else data)


def upload(staff, product, **parts):
    return staff.post(path(product), {"file": file(), **parts}, format="multipart")


class TestUpload:
    def test_answers_with_the_picture_and_the_new_etag(self, staff, mug):
        answer = upload(staff, mug, alt="A mug")

        assert (answer.status_code, answer["ETag"]) == (201, '"2"')
        body = answer.json()
        assert body["id"].startswith("med_")
        assert (body["kind"], body["alt"], body["variant"], body["position"]) == (
            "image",
            "A mug",
            None,
            0,
        )
        assert (body["width"], body["height"]) == (200, 48)
        assert [(x["width"], x["height"]) for x in body["sizes"]] == [(160, 38)]
        assert AuditEntry.objects.get(action="catalog.media.add").subject == encode("prod", mug.pk)

    def test_takes_a_variant(self, staff, mug):
        variant = encode("var", mug.variants.get().pk)

        assert upload(staff, mug, variant=variant).json()["variant"] == variant
        assert upload(staff, mug, variant=encode("var", new_id())).status_code == 404

    @pytest.mark.parametrize(
        ("parts", "status", "code"),
        [
            ({"file": b"<html>"}, 422, "invalid_picture"),
            ({"file": b""}, 422, "validation_failed"),
            ({"file": "no file"}, 422, "validation_failed"),
            ({"surprise": "x"}, 422, "validation_failed"),
            ({"alt": "x" * 501}, 422, "validation_failed"),
            ({"alt": ["a", "b"]}, 422, "validation_failed"),
            ({"variant": "mug"}, 422, "validation_failed"),
        ],
    )
    def test_refuses_what_it_does_not_understand(self, staff, mug, parts, status, code):
        if isinstance(parts.get("file"), bytes):
            parts = {**parts, "file": file(parts["file"])}

        answer = upload(staff, mug, **parts)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Media.objects.exists()

    def test_refuses_another_kind_of_body(self, staff, mug):
        assert staff.post(path(mug), {"file": "x"}, format="json").status_code == 415

    def test_refuses_by_its_length_what_is_too_large_to_read(self, staff, mug, monkeypatch):
        monkeypatch.setattr(uploads, "_LIMIT_BYTES", 100)

        answer = upload(staff, mug)

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    def test_refuses_a_body_that_breaks_off(self, staff, mug):
        answer = staff.generic(
            "POST", path(mug), b"--x\r\nno", content_type="multipart/form-data; boundary=x"
        )

        assert answer.status_code in (400, 422)

    def test_knows_its_products(self, staff, mug):
        mug.pk = new_id()

        assert upload(staff, mug).status_code == 404
        assert staff.get(path(mug)).status_code == 404


class TestWhoMay:
    def test_is_staff_of_the_catalog(self, api, sign_in, mug):
        for method in ("get", "post"):
            assert getattr(api, method)(path(mug)).status_code == 401
            assert getattr(sign_in(UserFactory()), method)(path(mug)).status_code == 403
        media = path(mug, encode("med", new_id()))
        for method in ("patch", "delete"):
            assert getattr(api, method)(media).status_code == 401
            assert getattr(sign_in(UserFactory()), method)(media).status_code == 403


class TestChangeAndRemove:
    def test_need_the_etag_that_was_read(self, staff, mug):
        media = path(mug, upload(staff, mug).json()["id"])

        assert staff.patch(media, {"alt": "x"}, format="json").status_code == 428
        stale = staff.patch(media, {"alt": "x"}, format="json", headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        fresh = staff.patch(
            media,
            {"alt": "x", "translations": {"de": {"alt": "Tasse"}}, "position": 0},
            format="json",
            headers={"If-Match": '"2"'},
        )
        assert (fresh.status_code, fresh["ETag"]) == (200, '"3"')
        assert (fresh.json()["alt"], fresh.json()["translations"]) == (
            "x",
            {"de": {"alt": "Tasse"}},
        )

        assert staff.delete(media).status_code == 428
        gone = staff.delete(media, headers={"If-Match": '"3"'})
        assert (gone.status_code, gone["ETag"]) == (204, '"4"')
        assert staff.delete(media, headers={"If-Match": "*"}).status_code == 404

    @pytest.mark.parametrize(
        "body", [{"alt": 1}, {"translations": []}, {"translations": {"de": "x"}}, {"position": -1}]
    )
    def test_refuse_what_they_do_not_understand(self, staff, mug, body):
        media = path(mug, upload(staff, mug).json()["id"])

        answer = staff.patch(media, body, format="json", headers={"If-Match": "*"})

        assert answer.status_code == 422


class TestList:
    def test_shows_staff_the_pictures_in_order(self, staff, mug, django_assert_max_num_queries):
        for n, color in enumerate(("red", "blue", "green")):
            staff.post(
                path(mug),
                {"file": file(picture(color=color)), "alt": str(n)},
                format="multipart",
            )

        with django_assert_max_num_queries(5):
            first = staff.get(path(mug), {"limit": 2}).json()
        second = staff.get(path(mug), {"limit": 2, "cursor": first["next_cursor"]}).json()

        assert [x["alt"] for x in first["data"] + second["data"]] == ["0", "1", "2"]


class TestShoppers:
    def test_see_the_first_in_lists_and_all_on_the_products_page(self, api, staff, mug):
        for color in ("red", "blue"):
            staff.post(
                path(mug), {"file": file(picture(color=color)), "alt": color}, format="multipart"
            )
        rebuild_listing(now=clock.now())
        refresh_listing(now=clock.now())

        [in_list] = api.get("/v1/products").json()["data"]
        page = api.get("/v1/products/mug").json()

        assert in_list["image"]["alt"] == "red"
        assert [x["alt"] for x in page["media"]] == ["red", "blue"]
        assert page["image"] == page["media"][0]

    def test_are_served_the_files_of_a_shop_without_a_bucket(
        self, client, staff, mug, tmp_path, settings
    ):
        settings.MEDIA_ROOT = tmp_path
        settings.STORAGES = {**settings.STORAGES, "default": settings.ENV.media_storage()}
        url = upload(staff, mug).json()["url"]

        answer = client.get(url)

        assert answer["Content-Type"] == "image/jpeg"
        assert opened(b"".join(answer.streaming_content)).size == (200, 48)
        assert client.get("/media/nothing.jpg").status_code == 404

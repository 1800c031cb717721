"""Pictures in a bucket instead of on a disk: the same use cases, and a server that speaks S3."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from commerce.catalog.media.add_media import add_media
from commerce.catalog.media.queries import load_media
from commerce.catalog.media.remove_media import remove_media
from commerce.catalog.media.sweep_files import KEEP_FOR, sweep_files
from config.environment import BadEnvironment, Environment
from tests.factories.catalog import on_sale
from tests.factories.pictures import opened, picture

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint, settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "pictures")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-products")
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="pictures")
    operator = Environment.read(
        {
            "MEDIA_S3_BUCKET": "pictures",
            "MEDIA_S3_ENDPOINT": endpoint,
            "MEDIA_S3_REGION": "us-east-1",
        }
    )
    settings.STORAGES = {**settings.STORAGES, "default": operator.media_storage()}
    return client


def stored(bucket) -> dict[str, dict]:
    keys = [x["Key"] for x in bucket.list_objects_v2(Bucket="pictures").get("Contents", [])]
    return {
        key.split("/")[-1]: bucket.head_object(Bucket="pictures", Key=key) for key in sorted(keys)
    }


class TestBucket:
    def test_has_each_file_with_its_type_and_for_good(self, bucket):
        mug = on_sale("mug").product

        add_media(product_id=mug.pk, data=picture(width=200), now=NOON)

        files = stored(bucket)
        assert {name: x["ContentType"] for name, x in files.items()} == {
            "160.webp": "image/webp",
            "original.jpg": "image/jpeg",
        }
        assert "immutable" in files["original.jpg"]["CacheControl"]

    def test_is_where_the_addresses_of_a_picture_lead(self, bucket):
        mug = on_sale("mug").product
        add_media(product_id=mug.pk, data=picture(width=200), now=NOON)

        [media] = load_media([mug.pk])[mug.pk]

        assert "?" not in media.original.url
        # The bucket's own policy lets everybody read; here whoever holds the keys does.
        key = media.original.url.partition("/pictures/")[2]
        body = bucket.get_object(Bucket="pictures", Key=key)["Body"].read()
        assert opened(body).size == (200, 48)

    def test_stores_the_same_file_once_and_lets_it_be_swept(self, bucket):
        products = [on_sale(sku).product for sku in ("mug", "cup")]
        media = [
            add_media(product_id=product.pk, data=picture(width=200), now=NOON)
            for product in products
        ]
        assert len(stored(bucket)) == 2

        for each in media:
            remove_media(
                product_id=each.product_id, media_id=each.pk, expected_version=None, now=NOON
            )

        assert sweep_files(now=NOON + 2 * KEEP_FOR) == 1
        assert stored(bucket) == {}

    def test_is_shown_under_the_address_of_a_cdn(self, bucket, settings):
        mug = on_sale("mug").product
        add_media(product_id=mug.pk, data=picture(), now=NOON)
        cdn = Environment.read(
            {"MEDIA_S3_BUCKET": "pictures", "MEDIA_URL": "https://cdn.example.com/shop/"}
        )

        settings.STORAGES = {**settings.STORAGES, "default": cdn.media_storage()}

        [media] = load_media([mug.pk])[mug.pk]
        assert media.original.url.startswith("https://cdn.example.com/shop/")
        assert media.original.url.endswith("/original.jpg")

    def test_refuses_an_address_that_is_none(self):
        with pytest.raises(BadEnvironment, match="MEDIA_URL"):
            Environment.read({"MEDIA_S3_BUCKET": "x", "MEDIA_URL": "/media/"}).media_storage()

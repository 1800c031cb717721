"""The way to the files: a local disk, or whatever speaks S3 (`STORAGES["default"]`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from commerce.catalog.media.pictures import Rendition
from commerce.shared.db import published


class _TypedFile(ContentFile):  # type: ignore[type-arg]  # generic only in the stubs
    """Content that says what it is, for a storage that tells browsers."""

    def __init__(self, data: bytes, *, content_type: str) -> None:
        super().__init__(data)
        self.content_type = content_type


@published
def store_files(folder: str, files: Iterable[Rendition]) -> None:
    """Put files where they belong; what lies there whole already is left.

    Outside any transaction: the storage may be another machine, and slow.
    """
    for file in files:
        key = _key(folder, file.name)
        if default_storage.exists(key) and default_storage.size(key) == len(file.data):
            continue
        default_storage.save(key, _TypedFile(file.data, content_type=file.content_type))


@published
def remove_files(folder: str, names: Iterable[str]) -> None:
    """Take files away; one that is not there is no matter."""
    for name in names:
        default_storage.delete(_key(folder, name))


def url_of(folder: str, name: str) -> str:
    """Where a shopper's browser finds the file; it stays the same for good."""
    return default_storage.url(_key(folder, name))


def _key(folder: str, name: str) -> str:
    return f"{folder}/{name}"

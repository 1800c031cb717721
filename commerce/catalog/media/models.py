"""Pictures of products, and the files they are kept in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commerce.catalog.products.models import Product, Variant
from commerce.shared.fields import is_json, state_is_known
from commerce.shared.ids import new_id

ALT_MAX = 500


class MediaKind(models.TextChoices):
    IMAGE = "image"


class MediaFile(models.Model):
    """The files of one upload, under an address that follows from its content.

    The row is written before the first file and deleted after the last, so whatever lies in the
    storage can be found from here: a crash leaves a row that no media names, and `sweep_files`
    takes that away with all its files.
    """

    digest = models.CharField(max_length=64, primary_key=True, db_collation="C")
    # Another one each time the same content comes back after it was swept away: a sweeper that was
    # held up can only delete what it came for.
    folder = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=MediaKind, default=MediaKind.IMAGE)
    # [{"name", "width", "height"}, …]: the original, then thumbnails from small to large.
    renditions = models.JSONField()
    size_bytes = models.BigIntegerField(help_text="Of all its files.")
    used_at = models.DateTimeField(help_text="When somebody last began or ceased to use it.")
    removing_at = models.DateTimeField(
        null=True, help_text="From then on no new media may name it."
    )

    class Meta:
        constraints = [
            state_is_known("kind", MediaKind, table="catalog_mediafile"),
            models.UniqueConstraint(name="catalog_mediafile_folder_once", fields=["folder"]),
            models.CheckConstraint(
                name="catalog_mediafile_digest_shape",
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
            ),
            is_json("renditions", "array", table="catalog_mediafile"),
        ]
        indexes = [models.Index(name="catalog_mediafile_unused", fields=["used_at"])]

    def __str__(self) -> str:
        return self.digest


class Media(models.Model):
    """What is shown of a product, or of one of its variants, in an order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="media", db_index=False
    )
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.PROTECT, related_name="media"
    )
    file = models.ForeignKey(MediaFile, on_delete=models.PROTECT, related_name="media")
    alt = models.CharField(
        max_length=ALT_MAX, blank=True, default="", help_text="Said instead of shown."
    )
    translations = models.JSONField(default=dict, blank=True, help_text='{"de": {"alt": "…"}}')
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "media"
        ordering = ("product", "position", "id")
        constraints = [
            models.UniqueConstraint(
                name="catalog_media_once_for_product",
                fields=["product", "variant", "file"],
                nulls_distinct=False,
            ),
            is_json("translations", "object", table="catalog_media"),
        ]
        indexes = [
            models.Index(name="catalog_media_in_order", fields=["product", "position", "id"])
        ]

    def __str__(self) -> str:
        return self.alt or str(self.id)

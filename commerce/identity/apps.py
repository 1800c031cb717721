from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IdentityConfig(AppConfig):
    name = "commerce.identity"
    label = "identity"

    def ready(self) -> None:
        # Imported here because models can only be loaded once every app is known.
        from commerce.identity.api import openapi  # noqa: F401 - registers itself
        from commerce.identity.roles.role import create_roles

        post_migrate.connect(create_roles, sender=self)

from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "commerce.shared"
    label = "shared"

    def ready(self) -> None:
        from commerce.shared.api.urls import register_public_ids

        register_public_ids()

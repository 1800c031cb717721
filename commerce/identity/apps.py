from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "commerce.identity"
    label = "identity"

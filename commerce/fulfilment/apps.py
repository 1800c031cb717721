from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "commerce.fulfilment"
    label = "fulfilment"

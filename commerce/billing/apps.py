from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "commerce.billing"
    label = "billing"

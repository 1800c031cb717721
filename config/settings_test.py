"""Settings of the test suite: the same shop, with cheap passwords and quiet logs."""

import os

from config.messages import ROUTES
from config.settings import *  # noqa: F403 - a variation of the one settings file
from config.settings import DATABASES, ENV, INSTALLED_APPS, LOGGING, STORAGES

assert not ENV.is_production, "the tests empty their database"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = {**LOGGING, "level": os.environ.get("LOG_LEVEL", "WARNING"), "sentry_dsn": None}
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Pictures that no test looks for again leave nothing on the disk.
STORAGES = {**STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}

# A context of nothing but the kernel, so that the kernel's tests need no business.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.sample"]
MESSAGE_ROUTES = {
    **ROUTES,
    "sample.note_written.v1": ["sample.on_note_written", "sample.on_note_written_too"],
}
# A busy machine may stop a test for longer than a live shop may hold a transaction open.
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"]["OPTIONS"],
    "options": "-c lock_timeout=5s -c statement_timeout=60s",
}

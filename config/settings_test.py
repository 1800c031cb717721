"""Settings of the test suite: the same shop, with cheap passwords and quiet logs."""

from config.settings import *  # noqa: F403 - a variation of the one settings file
from config.settings import DATABASES, ENV

assert not ENV.is_production, "the tests empty their database"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOG_LEVEL = "WARNING"
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

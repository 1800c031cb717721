"""Django's settings, read from the environment (config/environment.py)."""

import mimetypes
import sys
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.utils.csp import CSP

from config.environment import Environment
from config.messages import ROUTES

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = Environment.read()

SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = ENV.secret_key_fallbacks
DEBUG = False
ALLOWED_HOSTS = ENV.allowed_hosts
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["commerce.identity.interface.backend.AccountBackend"]
# Django looks for a unique column; ours is a unique index on lower(email), which it cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = ["config.formats"]

INSTALLED_APPS = [
    "commerce.shared",  # before unfold, so that its admin templates are found first
    "unfold.apps.BasicAppConfig",
    "commerce.identity",
    "config.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_fsm",
    "commerce.catalog",
    "commerce.fulfilment",
    "commerce.billing",
]

MIDDLEWARE = [
    "config.health.ProbeMiddleware",
    "config.middleware.CorrelationMiddleware",
    "config.middleware.AccessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# PostgreSQL: the only truth.

_DATABASE = ENV.database()
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_DATABASE,
        "ATOMIC_REQUESTS": False,  # a request makes calls between its transactions
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,  # a restarted database costs no request
        "OPTIONS": {
            "connect_timeout": 2,
            # Django's own None would forbid what asks for it, too (shared/db.py): nothing is
            # prepared merely because it comes often.
            "prepare_threshold": sys.maxsize,
            "options": (
                "-c lock_timeout=5s -c statement_timeout=15s "
                "-c idle_in_transaction_session_timeout=30s "
                # Statements are short: to compile one takes longer than to run it. And what a
                # count over the whole shop looks through shall not go to the disk.
                "-c jit=off -c work_mem=16MB"
            ),
            **_DATABASE["OPTIONS"],  # sslmode and its like, from the URL
        },
    }
}

# Valkey: only rings a bell.

CELERY_BROKER_URL = ENV.redis_url
MESSAGE_ROUTES = ROUTES
REDIS_URL = ENV.redis_url
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}
}

# REST.

API_BODY_LIMIT_BYTES = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["commerce.identity.interface.authentication.Authentication"],
    "DEFAULT_PERMISSION_CLASSES": ["commerce.shared.api.actors.SignedIn"],
    "DEFAULT_PARSER_CLASSES": ["commerce.shared.api.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["commerce.shared.api.parsing.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "commerce.shared.api.openapi.Schema",
    "EXCEPTION_HANDLER": "commerce.shared.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    # A parameter `format` is one like any other, and unknown where nobody has it.
    "URL_FORMAT_OVERRIDE": None,
    "NON_FIELD_ERRORS_KEY": "non_field_errors",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Commerce",
    "DESCRIPTION": "Sells, bills and delivers. Conventions: problems after RFC 9457, money in minor units, opaque ids, keyset pages.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "GET_LIB_DOC_EXCLUDES": "commerce.shared.api.openapi.bases_without_description",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],  # enums stay where they are used: no invented names for them
}

REST_KNOX: dict[str, Any] = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "AUTO_REFRESH": False,
}

# Mail. A reset link is good for an hour, like the sign-in page somebody has open.

MAILERS = ENV.mailers()
DEFAULT_FROM_EMAIL = ENV.mail_from
PASSWORD_RESET_TIMEOUT = 3600

# Providers. The SDK is pointed elsewhere only by STRIPE_API_BASE.

STRIPE_SECRET_KEY = ENV.stripe_secret_key
STRIPE_WEBHOOK_SECRETS = ENV.stripe_webhook_secrets
STRIPE_API_BASE = ENV.stripe_api_base
STRIPE_REQUESTS_PER_SECOND = ENV.stripe_requests_per_second
CARRIER_API_BASE = ENV.carrier_api_base
CARRIER_API_KEY = ENV.carrier_api_key
CARRIER_WEBHOOK_SECRETS = ENV.carrier_webhook_secrets
PUBLIC_URL = ENV.public_url

# Dunning: days from one decline to the next attempt, and what follows the last.

BILLING_RETRY_DAYS = ENV.billing_retry_days
BILLING_AFTER_RETRIES = ENV.billing_after_retries
# Access outlasts a paid period by so many days, so that a slow or declined charge locks nobody out.
BILLING_ACCESS_GRACE_DAYS = ENV.billing_access_grace_days

# Test clocks move a customer through time; a live shop has none.
TEST_CLOCKS_ALLOWED = not ENV.is_production or ENV.stripe_secret_key.startswith("sk_test_")

# Static files, media, security.

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = not ENV.is_production
STORAGES = {
    "default": ENV.media_storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
MEDIA_ROOT = ENV.media_root or BASE_DIR / ENV.local_dir / "media"
MEDIA_URL = ENV.media_url or "/media/"
# Python before 3.13 does not know it, and browsers believe only what they are told.
mimetypes.add_type("image/webp", ".webp")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # only staff have sessions: a working day, as their tokens
SESSION_COOKIE_SECURE = ENV.is_production
CSRF_COOKIE_SECURE = ENV.is_production
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.is_production else None
SECURE_SSL_REDIRECT = ENV.is_production
SECURE_HSTS_SECONDS = 31_536_000 if ENV.is_production else 0
X_FRAME_OPTIONS = "DENY"
LOGIN_REDIRECT_URL = "admin:index"
# Nothing from elsewhere, nothing inline. The admin and the API's documentation each need a little
# more and say so themselves (commerce/shared/admin/site.py, config/urls.py).
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# Logs and Sentry, for Django, Celery and us alike. Django calls the function with the dict.

LOGGING_CONFIG = "config.observability.configure"
LOGGING: dict[str, Any] = {
    "level": ENV.log_level,
    "sentry_dsn": ENV.sentry_dsn,
    "environment": ENV.mode,
}
METRICS_TOKEN = ENV.metrics_token

# The admin's theme; what stands in its menu follows from the pages (commerce/shared/admin).

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Commerce",
    "SITE_HEADER": "Commerce",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "href": lambda _request: static("shared/favicon.svg")}],
    "STYLES": [lambda _request: static("shared/admin.css")],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "config.admin_site.environment",
    "SIDEBAR": {"show_search": True, "navigation": "config.admin_site.menu"},
}

"""The process environment, typed: every setting an operator can change stands here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, unquote, urlsplit

Mode = Literal["development", "test", "production"]
# What becomes of a subscription when the last retry of a charge is declined.
AfterRetries = Literal["canceled", "unpaid"]

# Good enough to try things out, refused in production.
INSECURE = "insecure-for-development-only"


# What may follow the ? of DATABASE_URL; a misspelled sslmode must not end in a plain connection.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
DATABASE_OPTIONS = frozenset(
    "application_name channel_binding connect_timeout gssencmode host keepalives keepalives_count"
    " keepalives_idle keepalives_interval port sslcert sslcrl sslkey sslmode"
    " sslnegotiation sslpassword sslrootcert target_session_attrs tcp_user_timeout".split()
)


class BadEnvironment(RuntimeError):
    """A setting is missing or malformed; the message says which, and what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the operator decides. README.md lists the variables."""

    mode: Mode
    secret_key: str
    secret_key_fallbacks: list[str]
    database_url: str
    redis_url: str
    allowed_hosts: list[str]
    public_url: str
    stripe_secret_key: str
    stripe_webhook_secrets: list[str]
    stripe_api_base: str | None
    stripe_requests_per_second: int
    billing_retry_days: list[int]
    billing_after_retries: AfterRetries
    billing_access_grace_days: int
    carrier_api_base: str | None
    carrier_api_key: str
    carrier_webhook_secrets: list[str]
    smtp_url: str | None
    mail_from: str
    sentry_dsn: str | None
    metrics_token: str | None
    log_level: str
    local_dir: str
    media_root: str | None
    media_url: str
    media_s3_bucket: str | None
    media_s3_endpoint: str | None
    media_s3_region: str | None

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Environment:
        """Read and check the variables.

        Raises:
            BadEnvironment: one is malformed, or production would run with a default secret.
        """
        mode = environ.get("COMMERCE_ENV", "development")
        if mode not in ("development", "test", "production"):
            raise BadEnvironment(
                f"COMMERCE_ENV={mode!r}: development, test or production is expected"
            )
        found = cls(
            mode=cast("Mode", mode),
            secret_key=environ.get("DJANGO_SECRET_KEY", INSECURE),
            secret_key_fallbacks=_words(environ.get("DJANGO_SECRET_KEY_FALLBACKS", "")),
            database_url=environ.get("DATABASE_URL", "postgres://commerce@127.0.0.1:5432/commerce"),
            redis_url=environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
            allowed_hosts=_words(environ.get("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]")),
            public_url=environ.get("PUBLIC_URL", "http://127.0.0.1:8000"),
            stripe_secret_key=environ.get("STRIPE_SECRET_KEY", f"sk_test_{INSECURE}"),
            stripe_webhook_secrets=_words(
                environ.get("STRIPE_WEBHOOK_SECRET", f"whsec_{INSECURE}")
            ),
            stripe_api_base=environ.get("STRIPE_API_BASE") or None,
            stripe_requests_per_second=_number(environ, "STRIPE_REQUESTS_PER_SECOND", 20),
            billing_retry_days=_numbers(environ, "BILLING_RETRY_DAYS", "3 5 7"),
            billing_after_retries=_after_retries(environ),
            billing_access_grace_days=_number(environ, "BILLING_ACCESS_GRACE_DAYS", 7),
            carrier_api_base=environ.get("CARRIER_API_BASE") or None,
            carrier_api_key=environ.get("CARRIER_API_KEY", INSECURE),
            carrier_webhook_secrets=_words(
                environ.get("CARRIER_WEBHOOK_SECRET", f"whsec_{INSECURE}")
            ),
            smtp_url=environ.get("SMTP_URL") or None,
            mail_from=environ.get("MAIL_FROM", "shop@localhost"),
            sentry_dsn=environ.get("SENTRY_DSN") or None,
            metrics_token=environ.get("METRICS_TOKEN") or None,
            log_level=environ.get("LOG_LEVEL", "INFO").upper(),
            local_dir=environ.get("COMMERCE_LOCAL_DIR", ".local"),
            media_root=environ.get("MEDIA_ROOT") or None,
            media_url=environ.get("MEDIA_URL") or "",
            media_s3_bucket=environ.get("MEDIA_S3_BUCKET") or None,
            media_s3_endpoint=environ.get("MEDIA_S3_ENDPOINT") or None,
            media_s3_region=environ.get("MEDIA_S3_REGION") or None,
        )
        found.refuse_default_secrets()
        return found

    def refuse_default_secrets(self) -> None:
        """Production never starts with a secret that stands in this repository."""
        if not self.is_production:
            return
        secrets = {
            "DJANGO_SECRET_KEY": [self.secret_key],
            # What is signed with an old key is believed as well; mostly there is none.
            "DJANGO_SECRET_KEY_FALLBACKS": self.secret_key_fallbacks or ["none"],
            "STRIPE_SECRET_KEY": [self.stripe_secret_key],
            "STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secrets,
            "CARRIER_API_KEY": [self.carrier_api_key],
            "CARRIER_WEBHOOK_SECRET": self.carrier_webhook_secrets,
        }
        for name, values in secrets.items():
            if not values or any(not value or INSECURE in value for value in values):
                raise BadEnvironment(f"{name} must be set to a secret of your own in production")
        for name, keys in (
            ("DJANGO_SECRET_KEY", [self.secret_key]),
            ("DJANGO_SECRET_KEY_FALLBACKS", self.secret_key_fallbacks),
        ):
            if any(len(key) < 32 for key in keys):
                raise BadEnvironment(f"{name} needs at least 32 characters in production")

    def database(self) -> dict[str, Any]:
        """Split DATABASE_URL into what Django wants."""
        url = urlsplit(self.database_url)
        if url.scheme not in ("postgres", "postgresql") or not url.path.strip("/"):
            raise BadEnvironment("DATABASE_URL: postgres://user:password@host:port/name expected")
        options = dict(parse_qsl(url.query, keep_blank_values=True))
        if unknown := sorted(options.keys() - DATABASE_OPTIONS):
            raise BadEnvironment(
                f"DATABASE_URL: unknown option {', '.join(unknown)}; "
                f"{', '.join(sorted(DATABASE_OPTIONS))} are understood"
            )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.strip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": options.pop("host", url.hostname or ""),
            "PORT": options.pop("port", str(url.port or 5432)),
            "OPTIONS": options,
        }

    def mailers(self) -> dict[str, dict[str, Any]]:
        """Say how mail leaves. Without SMTP_URL it is printed, and in production refused."""
        if self.smtp_url is None:
            printed = "django.core.mail.backends.console.EmailBackend"
            return {} if self.is_production else {"default": {"BACKEND": printed}}
        url = urlsplit(self.smtp_url)
        if url.scheme not in ("smtp", "smtps") or not url.hostname:
            raise BadEnvironment("SMTP_URL: smtp://user:password@host:587 or smtps://… expected")
        options = {
            "host": url.hostname,
            "port": url.port or (465 if url.scheme == "smtps" else 587),
            "username": unquote(url.username or ""),
            "password": unquote(url.password or ""),
            "use_ssl": url.scheme == "smtps",
            "use_tls": url.scheme == "smtp",
            "timeout": 10,
        }
        return {"default": {"OPTIONS": options}}

    def media_storage(self) -> dict[str, Any]:
        """Say where pictures are kept: on a disk, or with MEDIA_S3_BUCKET in whatever speaks S3.

        Credentials are found as every tool of S3's finds them: AWS_ACCESS_KEY_ID and its kin.
        """
        if self.media_s3_bucket is None:
            return {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                # The same name is the same content, and what broke off is written over.
                "OPTIONS": {"allow_overwrite": True},
            }
        public = urlsplit(self.media_url)
        if self.media_url and not (public.scheme in ("http", "https") and public.hostname):
            raise BadEnvironment("MEDIA_URL: https://media.example.com/ expected beside a bucket")
        options: dict[str, Any] = {
            "bucket_name": self.media_s3_bucket,
            "endpoint_url": self.media_s3_endpoint,
            "region_name": self.media_s3_region,
            # Addresses stand in documents and caches for long: they must not expire.
            "querystring_auth": False,
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        }
        if self.media_url:
            options["custom_domain"] = f"{public.netloc}{public.path}".rstrip("/")
            options["url_protocol"] = f"{public.scheme}:"
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def _words(text: str) -> list[str]:
    """Split "a b,c": webhook secrets may be several while one is being replaced."""
    return text.replace(",", " ").split()


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit():
        raise BadEnvironment(f"{name}={text!r}: a whole number is expected")
    return int(text)


def _numbers(environ: Mapping[str, str], name: str, default: str) -> list[int]:
    words = _words(environ.get(name, default))
    if not all(word.isdigit() and int(word) > 0 for word in words):
        raise BadEnvironment(f"{name}: whole numbers above zero are expected, such as {default!r}")
    return [int(word) for word in words]


def _after_retries(environ: Mapping[str, str]) -> AfterRetries:
    given = environ.get("BILLING_AFTER_RETRIES", "canceled")
    if given not in ("canceled", "unpaid"):
        raise BadEnvironment(f"BILLING_AFTER_RETRIES={given!r}: canceled or unpaid is expected")
    return cast("AfterRetries", given)

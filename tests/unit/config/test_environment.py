"""Settings read from the environment: typed, and strict in production."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import environment
from config.environment import INSECURE, BadEnvironment, Environment

PRODUCTION = {
    "COMMERCE_ENV": "production",
    "DJANGO_SECRET_KEY": "k" * 50,
    "STRIPE_SECRET_KEY": "sk_live_something",
    "STRIPE_WEBHOOK_SECRET": "whsec_something",
    "CARRIER_API_KEY": "carrier-key",
    "CARRIER_WEBHOOK_SECRET": "whsec_carrier",
}
SECRETS = sorted(PRODUCTION.keys() - {"COMMERCE_ENV"})


class TestProduction:
    def test_starts_when_every_secret_is_its_own(self):
        assert Environment.read(PRODUCTION).is_production

    @pytest.mark.parametrize("name", SECRETS)
    def test_refuses_to_start_with_a_secret_missing(self, name):
        without = {key: value for key, value in PRODUCTION.items() if key != name}

        with pytest.raises(BadEnvironment, match=name):
            Environment.read(without)

    @pytest.mark.parametrize("name", SECRETS)
    @pytest.mark.parametrize("value", ["", f"sk_test_{INSECURE}", INSECURE])
    def test_refuses_to_start_with_a_secret_of_the_repository(self, name, value):
        with pytest.raises(BadEnvironment, match=name):
            Environment.read(PRODUCTION | {name: value})

    def test_refuses_one_default_secret_among_several(self):
        with pytest.raises(BadEnvironment, match="STRIPE_WEBHOOK_SECRET"):
            Environment.read(PRODUCTION | {"STRIPE_WEBHOOK_SECRET": f"whsec_mine,whsec_{INSECURE}"})

    def test_refuses_a_short_key(self):
        with pytest.raises(BadEnvironment, match="32 characters"):
            Environment.read(PRODUCTION | {"DJANGO_SECRET_KEY": "short"})

    @pytest.mark.parametrize("key", [INSECURE, "short"])
    def test_refuses_an_old_key_that_anybody_could_sign_with(self, key):
        fallbacks = f"{'o' * 50} {key}"

        with pytest.raises(BadEnvironment, match="DJANGO_SECRET_KEY_FALLBACKS"):
            Environment.read(PRODUCTION | {"DJANGO_SECRET_KEY_FALLBACKS": fallbacks})

    def test_starts_with_old_keys_of_its_own(self):
        found = Environment.read(PRODUCTION | {"DJANGO_SECRET_KEY_FALLBACKS": "o" * 50})

        assert found.secret_key_fallbacks == ["o" * 50]

    def test_has_no_mailer_without_a_mail_server(self):
        assert Environment.read(PRODUCTION).mailers() == {}


class TestReadme:
    def test_lists_every_variable_that_is_read(self):
        source = Path(environment.__file__).read_text()
        readme = (Path(environment.__file__).parents[1] / "README.md").read_text()
        rows = "".join(line for line in readme.splitlines() if line.startswith("| `"))

        read = set(re.findall(r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)"', source))

        assert len(read) > 20
        assert {name for name in read if f"`{name}`" not in rows} == set()


class TestEnvironment:
    def test_needs_nothing_in_development(self):
        found = Environment.read({})

        assert (found.mode, found.is_production) == ("development", False)
        assert "console" in found.mailers()["default"]["BACKEND"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("COMMERCE_ENV", "prod"), ("STRIPE_REQUESTS_PER_SECOND", "many")],
    )
    def test_names_what_is_malformed(self, name, value):
        with pytest.raises(BadEnvironment, match=name):
            Environment.read({name: value})

    @pytest.mark.parametrize("url", ["mysql://a/b", "postgres://host", "nonsense"])
    def test_wants_a_postgresql_database(self, url):
        with pytest.raises(BadEnvironment, match="DATABASE_URL"):
            Environment.read({"DATABASE_URL": url}).database()

    def test_reads_a_database_with_a_difficult_password(self):
        found = Environment.read(
            {"DATABASE_URL": "postgres://me:p%40ss%2F@db:6432/shop"}
        ).database()

        assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss/")
        assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", "6432", "shop")

    def test_reads_how_the_connection_is_made(self):
        url = "postgres://me@/shop?host=/var/run/postgresql&port=6432&sslmode=verify-full"

        found = Environment.read({"DATABASE_URL": url}).database()

        assert (found["HOST"], found["PORT"]) == ("/var/run/postgresql", "6432")
        assert found["OPTIONS"] == {"sslmode": "verify-full"}

    @pytest.mark.parametrize("option", ["sslmodus", "options", "password"])
    def test_refuses_an_option_of_the_database_that_it_would_drop(self, option):
        with pytest.raises(BadEnvironment, match=f"unknown option {option}"):
            Environment.read({"DATABASE_URL": f"postgres://me@db/shop?{option}=x"}).database()

    def test_takes_several_webhook_secrets_while_one_is_being_replaced(self):
        found = Environment.read({"STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old"})

        assert found.stripe_webhook_secrets == ["whsec_new", "whsec_old"]

    @pytest.mark.parametrize(
        ("url", "port", "use_ssl", "use_tls"),
        [("smtp://u:p%40@mail.example", 587, False, True), ("smtps://mail.example", 465, True, False)],
    )  # fmt: skip
    def test_reads_the_mail_server(self, url, port, use_ssl, use_tls):
        options = Environment.read({"SMTP_URL": url}).mailers()["default"]["OPTIONS"]

        assert (options["host"], options["port"]) == ("mail.example", port)
        assert (options["use_ssl"], options["use_tls"]) == (use_ssl, use_tls)

    @pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example"])
    def test_refuses_what_is_no_mail_server(self, url):
        with pytest.raises(BadEnvironment, match="SMTP_URL"):
            Environment.read({"SMTP_URL": url}).mailers()

"""The demo's member of staff."""

from __future__ import annotations

import dataclasses
import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command
from knox.models import AuthToken

from commerce.identity.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local_dir(settings, tmp_path):
    settings.ENV = dataclasses.replace(settings.ENV, local_dir=str(tmp_path / "local"))
    return tmp_path / "local"


def run():
    out = io.StringIO()
    call_command("create_demo_staff", stdout=out)
    return json.loads(out.getvalue())


class TestCreateDemoStaff:
    def test_prints_a_login_that_works(self, api):
        login = run()

        answer = api.post(
            "/v1/auth/login",
            {"email": login["email"], "password": login["password"]},
            format="json",
        )
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {login['token']}")
        assert answer.json()["user"]["roles"] == ["admin"]
        assert api.get("/v1/api-keys").status_code == 200

    def test_prints_the_same_when_it_is_repeated(self):
        assert run() == run()
        assert (User.objects.count(), AuthToken.objects.count()) == (1, 1)

    def test_makes_a_new_token_when_the_old_one_is_no_longer_good(self):
        first = run()
        AuthToken.objects.all().delete()
        second = run()

        assert first["password"] == second["password"]
        assert first["token"] != second["token"]

    def test_keeps_the_password_where_only_its_owner_can_read_it(self, local_dir):
        login = run()

        path = local_dir / "staff.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert json.loads(path.read_text()) == login

    def test_refuses_in_production(self, settings):
        settings.ENV = dataclasses.replace(settings.ENV, mode="production")

        with pytest.raises(CommandError):
            run()
        assert not User.objects.exists()

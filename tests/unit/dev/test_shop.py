"""What a shop is put together from, and what of it somebody can replace."""

import pytest

from dev import shop as module
from dev.place import PlaceError
from dev.shop import REPLACEABLE, Wishes, assemble
from dev.state import State

OWN_SERVERS = {
    "DATABASE_URL": "postgres://shop@db.example.com/shop",
    "REDIS_URL": "redis://broker.example.com/0",
}
OWN_STRIPE = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "a shop")
    state.create()
    return state


@pytest.fixture
def environment(monkeypatch):
    """Start from an environment that names nothing; return how to name something."""
    for name in REPLACEABLE:
        monkeypatch.delenv(name, raising=False)

    def put(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    put(**OWN_SERVERS)
    return put


def names(programs):
    return [program.name for program in programs]


class TestAssemble:
    def test_uses_the_servers_that_the_environment_names(self, state, environment):
        shop = assemble(state, Wishes(port=0))

        assert (shop.database_url, shop.redis_url) == tuple(OWN_SERVERS.values())
        assert shop.servers == []

    def test_starts_stand_ins_for_both_providers(self, state, environment):
        shop = assemble(state, Wishes(port=0))

        assert names(shop.sandboxes) == ["stripe", "carrier"]
        assert shop.settings["STRIPE_API_BASE"] == shop.stripe["base"]
        assert shop.stripe["base"].startswith("http://127.0.0.1:")

    def test_speaks_to_stripe_itself_when_given_a_test_key(self, state, environment):
        environment(**OWN_STRIPE)

        shop = assemble(state, Wishes(port=0))

        assert names(shop.sandboxes) == ["carrier"]
        assert "STRIPE_API_BASE" not in shop.settings

    def test_never_takes_a_live_key(self, state, environment):
        environment(**OWN_STRIPE | {"STRIPE_SECRET_KEY": "sk_live_1"})

        with pytest.raises(PlaceError, match="live key"):
            assemble(state, Wishes(port=0))

    def test_says_that_half_of_a_key_is_not_used(self, state, environment, capsys):
        environment(STRIPE_SECRET_KEY="sk_test_1")

        shop = assemble(state, Wishes(port=0))

        assert shop.settings["STRIPE_SECRET_KEY"] != "sk_test_1"
        assert "using the sandbox" in capsys.readouterr().out

    def test_keeps_addresses_and_secrets_over_a_restart(self, state, environment):
        first = assemble(state, Wishes(port=0)).settings
        again = assemble(State(state.folder), Wishes(port=0)).settings

        kept = first.keys() - {"PUBLIC_URL"}
        assert {name: first[name] for name in kept} == {name: again[name] for name in kept}

    def test_moves_on_when_the_port_is_taken_and_says_so(
        self, state, environment, capsys, monkeypatch
    ):
        monkeypatch.setattr(module.processes, "is_free", lambda port: port != module.FIRST_PORT)

        shop = assemble(state, Wishes())

        assert shop.api == f"http://127.0.0.1:{module.FIRST_PORT + 1}"
        assert "Port 8000 is taken" in capsys.readouterr().out

    def test_says_so_when_the_port_that_was_asked_for_is_taken(
        self, state, environment, capsys, monkeypatch
    ):
        monkeypatch.setattr(module.processes, "is_free", lambda port: port != 9000)

        shop = assemble(state, Wishes(port=9000))

        assert shop.api == "http://127.0.0.1:9001"
        assert "Port 9000 is taken" in capsys.readouterr().out

    def test_watches_every_process_also_over_a_broker_of_somebody_elses(
        self, state, environment, monkeypatch
    ):
        monkeypatch.setattr(module.postgres, "has_heartbeat", lambda *_: False)

        shop = assemble(state, Wishes(port=0))

        for program in shop.application:
            assert program.is_ready or program.announces
            assert not (program.is_alive or program.is_ready)()

    def test_holds_the_sandbox_of_stripe_to_the_types_of_its_sdk(self, state, environment):
        shop = assemble(state, Wishes(port=0))

        assert "--strict" in shop.sandboxes[0].command

    def test_shows_no_secret_among_the_arguments_of_a_process(self, state, environment):
        shop = assemble(state, Wishes(port=0))

        arguments = [part for p in [*shop.sandboxes, *shop.application] for part in p.command]
        secrets = [v for k, v in shop.settings.items() if k.endswith(("_KEY", "_SECRET"))]
        assert secrets
        assert not any(secret in part for secret in secrets for part in arguments)

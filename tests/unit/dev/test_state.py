"""What a shop keeps between its starts, and who may read it."""

import stat

import pytest

from dev.state import State, write_json


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "a shop")
    state.create()
    return state


class TestState:
    def test_keeps_a_secret_over_a_restart(self, state):
        assert state.secret("postgres") == State(state.folder).secret("postgres")

    def test_gives_every_purpose_a_secret_of_its_own(self, state):
        assert state.secret("postgres") != state.secret("valkey")

    def test_keeps_what_was_put_beside_it(self, state):
        state.put("port.postgres", 5001)
        state.put("port.valkey", 5002)

        assert (state.get("port.postgres"), state.get("port.valkey")) == (5001, 5002)

    def test_hides_passwords_from_other_accounts(self, state):
        state.secret("postgres")
        write_json(state.run_file, {"ready": True})

        for file in (state.run_file, state.folder / "state.json"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.logs.stat().st_mode) == 0o700

    def test_is_not_running_before_a_supervisor_said_so(self, state):
        assert state.running() == {}


class TestWriteJson:
    def test_leaves_the_old_content_when_writing_fails(self, state):
        write_json(state.run_file, {"ready": True})

        with pytest.raises(TypeError):
            write_json(state.run_file, {"ready": object()})

        assert state.running() == {"ready": True}
        assert sorted(p.name for p in state.folder.iterdir()) == ["logs", "run.json"]

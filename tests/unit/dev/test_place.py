"""Where the servers' data lies, and that nothing else is ever removed."""

import os
import pwd
import stat

import pytest

from dev import place
from dev.place import find_place, remove_place
from dev.state import State


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path / "a shop")
    state.create()
    return state


@pytest.fixture
def unreachable_state(tmp_path, monkeypatch):
    """A shop of root's in a folder that nobody else may enter."""
    if os.geteuid() != 0:
        pytest.skip("only root gives its servers another account")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(place, "ELSEWHERE", (str(tmp_path / "elsewhere"),))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    state = State(closed / "a shop")
    state.create()
    return state


class TestFindPlace:
    def test_is_the_same_after_a_restart(self, state):
        assert find_place(state) == find_place(State(state.folder))

    def test_runs_servers_as_nobody_only_for_root(self, state):
        assert find_place(state).user == ("nobody" if os.geteuid() == 0 else None)

    def test_lies_elsewhere_when_the_servers_cannot_enter_the_checkout(
        self, unreachable_state, tmp_path
    ):
        found = find_place(unreachable_state)

        assert found.folder.parent == tmp_path / "elsewhere"
        assert find_place(State(unreachable_state.folder)) == found

    def test_is_made_anew_when_somebody_has_cleaned_up(self, state):
        first = find_place(state)
        first.sub("postgres")
        remove_place(state)

        assert find_place(state).folder.exists()


class TestRemovePlace:
    def test_removes_the_data(self, state):
        folder = find_place(state).folder

        remove_place(state)

        assert not folder.exists()

    def test_never_removes_a_folder_that_it_did_not_make(self, state, tmp_path):
        precious = tmp_path / "precious"
        precious.mkdir()
        state.put("place", str(precious))

        remove_place(state)

        assert precious.exists()


class TestPlace:
    def test_hides_its_files_from_every_other_account(self, state):
        found = find_place(state)
        secret = found.folder / "secret"

        found.write(secret, "a password")

        owner = pwd.getpwuid(secret.stat().st_uid).pw_name
        assert owner == (found.user or pwd.getpwuid(os.getuid()).pw_name)
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600

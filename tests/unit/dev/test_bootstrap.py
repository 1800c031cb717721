"""What an environment holds, and what is installed over it."""

import pytest

from dev import bootstrap

LOCKS = bootstrap.ROOT / "requirements"


def pins(name: str) -> set[str]:
    lines = (LOCKS / f"{name}.txt").read_text().splitlines()
    return {line.rstrip(" \\") for line in lines if line[:1].isalpha()}


class TestSetsOfRequirements:
    @pytest.mark.parametrize(("smaller", "larger"), [("base", "local"), ("local", "test")])
    def test_each_set_pins_all_of_the_one_before_it(self, smaller, larger):
        """Else an environment for tests would not be the one the shop runs in."""
        assert pins(smaller) < pins(larger)


class TestMakeCurrent:
    @pytest.fixture
    def venv(self, tmp_path):
        (tmp_path / "bin").mkdir()
        return tmp_path

    def test_holds_every_smaller_set_after_an_installation(self, venv):
        bootstrap.remember(venv, "test")

        assert all(bootstrap.is_current(venv, name) for name in ("base", "local", "test"))

    def test_holds_nothing_larger_than_what_was_installed(self, venv):
        bootstrap.remember(venv, "local")

        assert not bootstrap.is_current(venv, "test")

    def test_is_not_current_after_a_lock_has_changed(self, venv, monkeypatch):
        bootstrap.remember(venv, "local")
        monkeypatch.setattr(bootstrap, "digest", lambda _name: "another")

        assert not bootstrap.is_current(venv, "local")

    def test_is_not_current_with_a_stamp_that_was_cut_off(self, venv):
        (venv / bootstrap.STAMP).write_text('{"local": ')

        assert not bootstrap.is_current(venv, "local")

    @pytest.mark.parametrize(
        ("wanted", "installed", "chosen"),
        [
            ("local", [], "local"),
            ("local", ["base", "local", "test"], "test"),
            ("test", ["base", "local"], "test"),
            ("ops", ["ops"], "ops"),
        ],
    )
    def test_takes_nothing_away_that_was_installed(self, wanted, installed, chosen):
        assert bootstrap.larger(wanted, dict.fromkeys(installed, "")) == chosen


class TestPythonThatStartsIt:
    @pytest.mark.parametrize("name", ["bootstrap", "interpreters", "uv"])
    def test_may_be_as_old_as_3_8(self, name):
        """ast.parse refuses what 3.8 could not read; ruff watches the calls (pyproject.toml)."""
        import ast

        source = (bootstrap.ROOT / "dev" / f"{name}.py").read_text()

        ast.parse(source, feature_version=(3, 8))

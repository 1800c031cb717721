"""Which interpreter the shop is put on: the best that really runs, wherever it is kept."""

import os
from pathlib import Path

import pytest

from dev import interpreters


def put(path: Path, *, version: str, works: bool = True, without_gil: int = 0) -> Path:
    """Write a program that answers the probe as an interpreter of this version would."""
    path.parent.mkdir(parents=True, exist_ok=True)
    major, minor, *_ = version.split(".")
    answer = f"{major} {minor} {without_gil} {path}"
    path.write_text(f"#!/bin/sh\necho '{answer}'\n" if works else "#!/bin/sh\nexit 127\n")
    path.chmod(0o755)
    return path


class TestFind:
    @pytest.fixture(autouse=True)
    def an_empty_machine(self, tmp_path, monkeypatch):
        """Nothing outside of this folder is looked at."""
        for variable in list(os.environ):
            if variable.startswith(("PY", "UV_", "MISE", "ASDF", "XDG")):
                monkeypatch.delenv(variable)
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        monkeypatch.setattr(interpreters, "BREWS", ())
        monkeypatch.setattr(interpreters, "homes", lambda: interpreters.named("HOME"))
        real = interpreters.suitable
        monkeypatch.setattr(
            interpreters, "suitable", lambda path: real(path) if tmp_path in path.parents else None
        )

    def test_is_none_on_a_machine_without_one(self):
        assert interpreters.find() is None

    def test_prefers_3_13_over_newer_and_older_ones(self, tmp_path):
        put(tmp_path / "bin/python3.14", version="3.14.0")
        put(tmp_path / "bin/python3.12", version="3.12.1")
        best = put(tmp_path / "home/.pyenv/versions/3.13.0/bin/python3.13", version="3.13.0")

        assert interpreters.find() == best

    def test_takes_the_newest_patch_of_a_version(self, tmp_path):
        versions = tmp_path / "home/.pyenv/versions"
        put(versions / "3.13.9/bin/python3.13", version="3.13.9")
        newest = put(versions / "3.13.10/bin/python3.13", version="3.13.10")

        assert interpreters.find() == newest

    def test_passes_over_a_shim_that_does_not_run(self, tmp_path):
        put(tmp_path / "bin/python3.13", version="3.13.0", works=False)
        usable = put(tmp_path / "bin/python3.12", version="3.12.1")

        assert interpreters.find() == usable

    @pytest.mark.parametrize("version", ["3.11.7", "3.15.0"])
    def test_refuses_versions_that_the_shop_cannot_run_on(self, tmp_path, version):
        put(tmp_path / "bin/python3", version=version)

        assert interpreters.find() is None

    def test_refuses_a_build_without_the_interpreter_lock(self, tmp_path):
        put(tmp_path / "bin/python3.13", version="3.13.0", without_gil=1)

        assert interpreters.find() is None

    def test_obeys_a_named_interpreter(self, tmp_path, monkeypatch):
        put(tmp_path / "bin/python3.13", version="3.13.0")
        named = put(tmp_path / "elsewhere/python", version="3.12.4")
        monkeypatch.setenv("PYTHON", str(named))

        assert interpreters.find() == named

    def test_says_when_the_named_one_does_not_do_and_looks_further(
        self, tmp_path, monkeypatch, capsys
    ):
        usable = put(tmp_path / "bin/python3.13", version="3.13.0")
        monkeypatch.setenv("PYTHON", str(put(tmp_path / "old/python", version="3.9.1")))

        assert interpreters.find() == usable
        assert "is not a Python 3.12 to 3.14" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("variable", "place"),
        [
            ("PYENV_ROOT", "versions/3.13.0/bin/python3.13"),
            ("UV_PYTHON_INSTALL_DIR", "cpython-3.13.1-linux-x86_64-gnu/bin/python3.13"),
            ("MISE_DATA_DIR", "installs/python/3.13.2/bin/python3.13"),
            ("ASDF_DATA_DIR", "installs/python/3.13.3/bin/python3.13"),
        ],
    )
    def test_looks_where_a_version_manager_was_told_to_keep_them(
        self, tmp_path, monkeypatch, variable, place
    ):
        found = put(tmp_path / "kept" / place, version="3.13.0")
        monkeypatch.setenv(variable, str(tmp_path / "kept"))

        assert interpreters.find() == found

    def test_follows_shims_on_path_to_the_versions_beside_them(self, tmp_path, monkeypatch):
        root = tmp_path / "other home" / ".pyenv"
        put(root / "shims/python3.13", version="3.13.0", works=False)
        found = put(root / "versions/3.13.0/bin/python3.13", version="3.13.0")
        monkeypatch.setenv("PATH", str(root / "shims"))

        assert interpreters.find() == found

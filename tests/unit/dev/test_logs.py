"""Logs stay short while their writers go on."""

import os
import subprocess
import sys

from dev.logs import last_lines, rotate
from dev.state import CHECKOUT


class TestRotate:
    def test_leaves_a_short_log_alone(self, tmp_path):
        log = tmp_path / "web.log"
        log.write_text("one\n")

        rotate(log, limit_bytes=100)

        assert [p.name for p in tmp_path.iterdir()] == ["web.log"]

    def test_loses_nothing_of_a_writer_that_has_the_file_open(self, tmp_path):
        log = tmp_path / "web.log"
        with log.open("a") as writer:
            writer.write("before\n")
            writer.flush()
            rotate(log, limit_bytes=1)
            writer.write("after\n")

        assert (tmp_path / "web.log.1").read_text() == "before\n"
        assert log.read_text() == "after\n"

    def test_keeps_two_old_ones(self, tmp_path):
        log = tmp_path / "web.log"
        for text in ("first", "second", "third", "fourth"):
            log.write_text(text)
            rotate(log, limit_bytes=1)

        assert (tmp_path / "web.log.1").read_text() == "fourth"
        assert (tmp_path / "web.log.2").read_text() == "third"
        assert not (tmp_path / "web.log.3").exists()


class TestLastLines:
    def test_names_the_file_and_shows_its_end(self, tmp_path):
        log = tmp_path / "web.log"
        log.write_text("one\ntwo\nthree\n")

        assert last_lines(log, 2) == f"The end of {log}:\ntwo\nthree"


class TestMakeLogs:
    def test_comes_to_an_end_where_nobody_writes_any_more(self, tmp_path):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "web.log").write_text("the last word\n")

        shown = subprocess.run(
            [sys.executable, "-m", "dev", "logs"],
            cwd=CHECKOUT,
            env={**os.environ, "COMMERCE_LOCAL_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )

        assert "the last word" in shown.stdout

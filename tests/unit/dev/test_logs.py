"""Logs stay short while their writers go on."""

from dev.logs import last_lines, rotate


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

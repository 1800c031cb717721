"""The supervisor, with small processes in place of the shop's."""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dev import processes
from dev.supervisor import Program, StartError, Supervisor, restart_delay_s

SLEEP = "import time; time.sleep(60)"


def program(name: str, code: str = SLEEP, *, stage: int = 1, **more) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-c", code],
        stage=stage,
        env=dict(os.environ),
        cwd=Path("/"),
        is_ready=more.pop("is_ready", lambda: True),
        **more,
    )


class Seen:
    """What a supervisor told the outside."""

    def __init__(self):
        self.said: list[str] = []
        self.pids: dict[str, int] = {}
        self.well: list[str] = []

    def changed(self, pids, well):
        self.pids, self.well = pids, well


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def supervisor(tmp_path, seen):
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in numbers}
    supervisor = Supervisor(logs=tmp_path, changed=seen.changed, say=seen.said.append)
    yield supervisor
    supervisor.stop()
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def tick_until(supervisor, condition, *, within_s=10):
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        supervisor.tick(0.05)


class TestRestartDelay:
    def test_is_nothing_the_first_time_then_grows_to_five_seconds(self):
        delays = [restart_delay_s(failures) for failures in range(1, 9)]

        assert delays == [0, 0.25, 0.5, 1, 2, 4, 5, 5]


class TestStart:
    def test_waits_until_every_program_is_ready(self, supervisor, tmp_path):
        mark = tmp_path / "ready"
        code = (
            f"import pathlib, time; time.sleep(0.3); pathlib.Path({str(mark)!r}).touch(); {SLEEP}"
        )

        supervisor.start([program("slow", code, is_ready=mark.exists)], within_s=10)

        assert mark.exists()

    def test_tells_the_end_of_the_log_when_one_does_not_come_up(self, supervisor, monkeypatch):
        monkeypatch.setattr("dev.supervisor.GIVE_UP_AFTER", 2)
        broken = program("broken", "import sys; sys.exit('no such port')", is_ready=lambda: False)

        with pytest.raises(StartError, match="no such port"):
            supervisor.start([broken], within_s=10)

    def test_waits_for_what_a_program_announces_that_cannot_be_asked(self, supervisor):
        code = f"print('relay started', flush=True); {SLEEP}"
        supervisor.log_of("relay").write_text("relay started, the time before\n")

        [name] = supervisor.spawn([program("relay", code, is_ready=None, announces="started")])
        at_once = supervisor.all[name].ready
        supervisor.wait([name], within_s=5)

        assert (at_once, supervisor.all[name].ready) == (False, True)

    def test_is_not_misled_by_what_an_earlier_run_announced(self, supervisor):
        supervisor.log_of("relay").write_text("relay started, the time before\n")

        with pytest.raises(StartError, match="relay did not start"):
            supervisor.start([program("relay", is_ready=None, announces="started")], within_s=0.5)

    def test_tells_what_runs_and_what_of_it_is_well(self, supervisor, seen):
        supervisor.start([program("one")], within_s=5)
        supervisor.spawn([program("two", is_ready=lambda: False)])

        assert (list(seen.pids), seen.well) == (["one", "two"], ["one"])


class TestWatching:
    def test_restarts_at_once_what_was_killed(self, supervisor, seen):
        supervisor.start([program("web")], within_s=5)
        first = seen.pids["web"]

        os.kill(first, signal.SIGKILL)
        tick_until(supervisor, lambda: seen.pids.get("web") not in (first, None), within_s=1)

        assert "web died of SIGKILL; restart in 0 s" in seen.said

    def test_waits_longer_and_longer_for_what_keeps_dying(self, supervisor, seen):
        supervisor.start([program("web", "import time; time.sleep(0.2)")], within_s=5)

        def delays():
            return [text.rsplit("in ", 1)[1] for text in seen.said if "restart in" in text]

        tick_until(supervisor, lambda: len(delays()) >= 4)

        assert delays()[:4] == [
            "0 s",
            "0.25 s",
            "0.5 s",
            "1 s",
        ]

    def test_removes_what_a_dead_program_left_behind(self, supervisor, seen):
        """A second web server could not listen while an orphan of the first still does."""
        code = (
            f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); {SLEEP}"
        )
        supervisor.start([program("web", code)], within_s=5)
        first = seen.pids["web"]
        tick_until(supervisor, lambda: len(processes.members(first, program=sys.executable)) == 2)

        os.kill(first, signal.SIGKILL)
        tick_until(supervisor, lambda: seen.pids.get("web") not in (first, None))

        assert processes.members(first, program=sys.executable) == []

    def test_restarts_what_does_not_outlive_another_program(self, supervisor, seen):
        supervisor.start(
            [program("valkey"), program("worker", restart_with="valkey"), program("web")],
            within_s=5,
        )
        before = dict(seen.pids)

        os.kill(before["valkey"], signal.SIGKILL)
        tick_until(
            supervisor,
            lambda: all(
                seen.pids.get(name) not in (before[name], None) for name in ("valkey", "worker")
            ),
        )

        assert seen.pids["web"] == before["web"]

    def test_restarts_what_lives_and_does_not_answer(self, supervisor, seen, monkeypatch):
        monkeypatch.setattr("dev.supervisor.PROBE_EVERY_S", 0.1)
        answers = [True]
        supervisor.start(
            [program("web", is_ready=lambda: answers[0], unhealthy_for_s=0.3)], within_s=5
        )
        first = seen.pids["web"]

        answers[0] = False
        tick_until(supervisor, lambda: seen.pids.get("web") not in (first, None))

        assert "web does not answer any more" in seen.said

    def test_starts_once_more_what_hangs_after_a_restart(self, supervisor, seen, tmp_path):
        first_start = tmp_path / "started before"
        code = (
            f"import pathlib; before = pathlib.Path({str(first_start)!r})\n"
            "if not before.exists(): before.touch(); print('up', flush=True)\n"
            f"{SLEEP}"
        )
        supervisor.start(
            [program("relay", code, is_ready=None, announces="up", starts_within_s=0.3)],
            within_s=5,
        )

        os.kill(seen.pids["relay"], signal.SIGKILL)
        tick_until(supervisor, lambda: "relay" in seen.pids and not seen.well)
        hung = seen.pids["relay"]
        tick_until(supervisor, lambda: seen.pids.get("relay") not in (hung, None))

        assert "relay does not come up; it is started once more" in seen.said

    def test_restarts_what_announced_itself_and_shows_no_sign_of_life(
        self, supervisor, seen, monkeypatch
    ):
        monkeypatch.setattr("dev.supervisor.PROBE_EVERY_S", 0.1)
        alive = [True]
        code = f"print('up', flush=True); {SLEEP}"
        relay = program("relay", code, is_ready=None, announces="up", unhealthy_for_s=0.3)
        supervisor.start([replace(relay, is_alive=lambda: alive[0])], within_s=5)
        first = seen.pids["relay"]

        alive[0] = False
        tick_until(supervisor, lambda: seen.pids.get("relay") not in (first, None))

        assert "relay does not answer any more" in seen.said

    def test_hears_an_announcement_in_a_log_that_was_put_aside_meanwhile(
        self, supervisor, tmp_path
    ):
        supervisor.log_of("relay").write_text("of the time before\n" * 100)
        emptied = tmp_path / "emptied"
        code = (
            f"import pathlib, time; emptied = pathlib.Path({str(emptied)!r})\n"
            "while not emptied.exists(): time.sleep(0.01)\n"
            f"print('up', flush=True); {SLEEP}"
        )
        [name] = supervisor.spawn([program("relay", code, is_ready=None, announces="up")])

        os.truncate(supervisor.log_of("relay"), 0)
        emptied.touch()

        supervisor.wait([name], within_s=5)

    def test_kills_what_does_not_stop_when_asked_to_restart(self, supervisor, seen, monkeypatch):
        monkeypatch.setattr("dev.supervisor.RESTART_GRACE_S", 0.3)
        deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
        supervisor.start(
            [program("valkey"), program("worker", deaf, restart_with="valkey")], within_s=5
        )
        time.sleep(0.3)  # until it is deaf
        before = dict(seen.pids)

        os.kill(before["valkey"], signal.SIGKILL)
        tick_until(supervisor, lambda: seen.pids.get("worker") not in (before["worker"], None))


class TestStop:
    def test_stops_the_last_stage_first(self, supervisor, tmp_path):
        order = tmp_path / "order"

        def noting(name):
            return (
                "import signal, sys, time\n"
                "def note(*_):\n"
                f"    open({str(order)!r}, 'a').write({name!r} + ' ')\n"
                "    sys.exit()\n"
                "signal.signal(signal.SIGTERM, note)\n"
                f"open({str(tmp_path / name)!r}, 'w')\n"
                "time.sleep(60)"
            )

        supervisor.start(
            [
                program(name, noting(name), stage=stage, is_ready=(tmp_path / name).exists)
                for stage, name in enumerate(["server", "worker", "web"])
            ],
            within_s=10,
        )

        supervisor.stop()

        assert order.read_text().split() == ["web", "worker", "server"]

    def test_kills_what_does_not_end_in_time(self, supervisor, seen):
        deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEP}"
        supervisor.start([program("deaf", deaf, stop_within_s=0.3)], within_s=5)
        pid = seen.pids["deaf"]
        tick_until(supervisor, lambda: "deaf" in supervisor.log_of("deaf").read_text())

        supervisor.stop()

        assert processes.members(pid, program=sys.executable) == []
        assert any("did not stop within" in text for text in seen.said)

    def test_is_asked_for_by_ctrl_c(self, supervisor):
        supervisor.start([program("web")], within_s=5)

        os.kill(os.getpid(), signal.SIGINT)
        supervisor.run()

        assert supervisor.stopped_by == signal.SIGINT


class TestRunStep:
    def test_returns_what_the_command_printed(self, supervisor):
        printed = supervisor.run_step(
            [sys.executable, "-c", "print('a login')"], name="staff", env=dict(os.environ)
        )

        assert printed == "a login\n"

    def test_raises_with_its_log_when_it_fails(self, supervisor):
        with pytest.raises(StartError, match="no such table"):
            supervisor.run_step(
                [sys.executable, "-c", "import sys; sys.exit('no such table')"],
                name="migrate",
                env=dict(os.environ),
            )

"""Ports that are free, and process groups that are ours."""

import socket
import subprocess
import sys
import time

import pytest

from dev import processes


@pytest.fixture
def listener():
    with socket.socket() as server:
        server.bind((processes.LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


class TestFreePort:
    def test_gives_the_preferred_one_when_nobody_listens(self):
        port = processes.free_port()

        assert processes.free_port(port) == port

    def test_gives_one_of_the_next_when_somebody_does(self, listener):
        assert listener < processes.free_port(listener, and_next=50) <= listener + 50

    def test_sees_a_server_that_would_share_its_port(self):
        """Two servers with SO_REUSEPORT would answer in turns."""
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            server.bind((processes.LOOPBACK, 0))
            server.listen()

            assert not processes.is_free(server.getsockname()[1])


class TestStopGroups:
    @pytest.fixture
    def sleeper(self):
        process = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
        )
        yield process
        process.kill()
        process.wait()

    def test_stops_a_group_that_runs_our_program(self, sleeper):
        assert processes.stop_groups({sleeper.pid: sys.executable}, within_s=5) == [sleeper.pid]
        assert sleeper.wait(timeout=5) < 0

    def test_leaves_a_group_alone_whose_number_is_somebody_elses_by_now(self, sleeper):
        assert processes.stop_groups({sleeper.pid: "/elsewhere/python"}, within_s=1) == []
        assert sleeper.poll() is None

    def test_stops_what_a_killed_leader_left_behind(self):
        code = (
            "import subprocess, sys, time;"
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
            "print('started', flush=True); time.sleep(60)"
        )
        leader = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        leader.stdout.readline()
        leader.kill()
        leader.wait()
        assert processes.members(leader.pid, program=sys.executable)

        processes.stop_groups({leader.pid: sys.executable}, within_s=5)

        assert not processes.members(leader.pid, program=sys.executable)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux signals orphans")
class TestDieWithParent:
    def test_ends_a_child_when_its_parent_is_killed(self, tmp_path):
        script = (
            "import subprocess, sys, signal, time; from dev.processes import die_with_parent;"
            "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
            " preexec_fn=die_with_parent(signal.SIGTERM), stdout=subprocess.DEVNULL);"
            "print(p.pid, flush=True); time.sleep(60)"
        )
        parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()

        deadline = time.monotonic() + 5
        while any(p.pid == child for p in processes.running()):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def test_does_not_let_a_child_outrun_the_death_of_its_parent(self):
        """The parent may die between the fork and the request to be told of it."""
        script = (
            "import os; from dev.processes import die_with_parent;"
            "prepare = die_with_parent(15); os.getppid = lambda: 1; prepare()"
        )

        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 1

"""What is asked of Valkey to know that it, and the worker on it, are well."""

import socket
import threading

import pytest

from dev import processes, valkey

WAITING = b"id=7 addr=127.0.0.1:5 name= age=9 idle=0 flags=b db=0 cmd=brpop user=default"
BUSY = b"id=7 addr=127.0.0.1:5 name= age=9 idle=0 flags=N db=0 cmd=hset user=default"


@pytest.fixture
def server():
    """Yield a function that starts a server with one answer and returns its address."""
    with socket.socket() as listener:
        listener.bind((processes.LOOPBACK, 0))
        listener.listen()

        def start(answer: bytes) -> str:
            def serve() -> None:
                connection, _ = listener.accept()
                with connection:
                    said = b""
                    while not said.endswith(b"QUIT\r\n"):
                        said += connection.recv(1000)
                    assert said.startswith(b"AUTH a-password\r\n")
                    connection.sendall(answer)

            threading.Thread(target=serve).start()
            return f"redis://:a-password@{processes.LOOPBACK}:{listener.getsockname()[1]}/0"

        yield start


class TestConsumes:
    def test_is_true_while_a_worker_waits_for_tasks(self, server):
        assert valkey.consumes(server(b"+OK\r\n$80\r\n" + WAITING + b"\n\r\n+OK\r\n"))

    def test_is_false_when_everybody_does_something_else(self, server):
        assert not valkey.consumes(server(b"+OK\r\n$80\r\n" + BUSY + b"\n\r\n+OK\r\n"))

    def test_is_false_when_nobody_answers(self):
        port = processes.free_port()

        assert not valkey.consumes(f"redis://:pw@{processes.LOOPBACK}:{port}/0")


class TestAnswers:
    def test_is_false_while_it_reads_its_file(self, server):
        assert not valkey._answers(server(b"+OK\r\n-LOADING reading the file\r\n+OK\r\n"))

    def test_is_true_when_it_is_ready(self, server):
        assert valkey._answers(server(b"+OK\r\n+PONG\r\n+OK\r\n"))

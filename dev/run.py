"""Open a shop: servers, database, processes, then watch them until a signal comes."""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from dev import postgres, processes, valkey
from dev.programs import answers
from dev.shop import Shop, Wishes, assemble
from dev.state import CHECKOUT, State, read_json, write_json
from dev.supervisor import Supervisor
from dev.terminal import say, step, table

# A change in any of these has something to bring into the database.
SHAPES_DATA = (
    "commerce/*/migrations/*.py",
    "commerce/*/management/commands/*.py",
    "data/**/*",
    "requirements/base.txt",
)

# Of eight processes on a machine that is busy with something else.
STARTS_WITHIN_S = 120.0
LOCK = "supervisor.lock"
MANAGE = (sys.executable, str(CHECKOUT / "manage.py"))


class AlreadyRunning(Exception):
    """Another supervisor holds this shop."""


def run(state: State, wishes: Wishes) -> None:
    """Start a shop, show where it is, and watch it until a signal comes.

    Raises:
        AlreadyRunning: it has a supervisor.
        StartError, PlaceError, DatabaseError: it cannot start; the message says why.
    """
    state.create()
    with _only_supervisor(state):
        clear_leftovers(state)
        started = time.monotonic()
        with step("Preparing the servers"):
            shop = assemble(state, wishes)
        facts = Facts(shop)
        tell = _to_log_and_terminal(state)
        supervisor = Supervisor(logs=state.logs, changed=facts.set_running, say=tell)
        try:
            _start(shop, supervisor, facts)
            table(facts.content, took_s=time.monotonic() - started)
            supervisor.run()
        except KeyboardInterrupt:
            pass
        finally:
            tell("Stopping")
            supervisor.stop()
            state.run_file.unlink(missing_ok=True)


def _start(shop: Shop, supervisor: Supervisor, facts: "Facts") -> None:
    with step("Starting PostgreSQL and Valkey" if shop.servers else "Looking at the servers"):
        supervisor.start(shop.servers, within_s=60)
        own = [program.name for program in shop.servers]
        if "postgres" in own:
            postgres.create_database(shop.database_url)
        else:
            postgres.check_server(shop.database_url)
        if "valkey" not in own:
            valkey.check_server(shop.redis_url)
    stamp = content_stamp(shop.wishes)
    if postgres.read_stamp(shop.database_url) == stamp:
        say("The database is up to date")
    else:
        with step("Starting the sandbox providers"):
            supervisor.start(shop.sandboxes, within_s=30)
        _fill_database(shop, supervisor)
        postgres.write_stamp(shop.database_url, stamp)
    with step("Starting web, workers, beat and relay"):
        missing = [p for p in shop.sandboxes if p.name not in supervisor.all]
        supervisor.start([*missing, *shop.application], within_s=STARTS_WITHIN_S)
    facts.content["staff"] = _staff_login(shop, supervisor)
    facts.content["ready"] = True
    facts.write()


def _staff_login(shop: Shop, supervisor: Supervisor) -> Any:
    """Return the login of the last start, or make one when its token has run out."""
    known = known_staff(shop.state)
    if is_signed_in(shop.api, known):
        return known
    with step("Creating a staff login"):
        supervisor.run_step([*MANAGE, "create_demo_staff"], name="staff", env=shop.env)
    return known_staff(shop.state)


def known_staff(state: State) -> dict[str, Any]:
    """Return the login that `create_demo_staff` has left; its token may have run out."""
    return read_json(state.folder / "staff.json")


def is_signed_in(api: str, staff: Mapping[str, Any]) -> bool:
    return answers(f"{api}/v1/me", Authorization=f"Bearer {staff.get('token')}")()


def renew_staff_login(state: State) -> None:
    """Give a shop that has been running for long a staff token that is still good.

    Raises:
        subprocess.CalledProcessError: it could not be made; what was said stands in it.
    """
    facts = state.running()
    if is_signed_in(facts["api"], facts["staff"]):
        return
    subprocess.run(
        [*MANAGE, "create_demo_staff"],
        env={**os.environ, **facts["env"]},
        capture_output=True,
        check=True,
    )
    write_json(state.run_file, {**state.running(), "staff": known_staff(state)})


def _fill_database(shop: Shop, supervisor: Supervisor) -> None:
    with step("Migrating the database"):
        supervisor.run_step([*MANAGE, "migrate", "--no-input"], name="migrate", env=shop.env)
    if shop.wishes.seed:
        with step("Loading the demo shop"):
            supervisor.run_step([*MANAGE, "seed_shop"], name="seed", env=shop.env)


def content_stamp(wishes: Wishes) -> str:
    """Return a word that changes with whatever decides what the database should hold."""
    digest = hashlib.sha256(repr(wishes.seed).encode())
    for pattern in SHAPES_DATA:
        for path in sorted(CHECKOUT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(CHECKOUT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass
class Facts:
    """What `run.json` says, so that programs find this shop."""

    shop: Shop
    content: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        shop = self.shop
        self.content = {
            "ready": False,
            "api": shop.api,
            "docs": f"{shop.api}/v1/docs",
            "admin": f"{shop.api}/admin/",
            "staff": None,
            "stripe": shop.stripe,
            "carrier": shop.carrier,
            "database_url": shop.database_url,
            "redis_url": shop.redis_url,
            "env": shop.settings,
            "log_dir": str(shop.state.logs),
            "supervisor": os.getpid(),
            "pids": {},
            "well": [],
            "programs": {
                p.name: p.command[0] for p in [*shop.servers, *shop.sandboxes, *shop.application]
            },
        }
        self.write()

    def set_running(self, pids: dict[str, int], well: list[str]) -> None:
        self.content |= {"pids": pids, "well": well}
        if self.content["ready"]:
            self.content["staff"] = known_staff(self.shop.state)  # `make up` may have renewed it
        self.write()

    def write(self) -> None:
        write_json(self.shop.state.run_file, self.content)


@contextlib.contextmanager
def _only_supervisor(state: State) -> Iterator[None]:
    """Hold the shop: the lock is let go with the process, however it ends."""
    with (state.folder / LOCK).open("w") as lock:
        # Whoever asks `is_running` holds it for a moment too.
        for _ in range(10):
            if _locked(lock, fcntl.LOCK_EX):
                break
            time.sleep(0.05)
        else:
            raise AlreadyRunning
        yield


def is_running(state: State) -> bool:
    try:
        with (state.folder / LOCK).open() as lock:
            return not _locked(lock, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def _locked(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_open(facts: Mapping[str, Any], *, supervisor: int | None = None) -> bool:
    """Tell whether these are the facts of an open shop, and not what a killed supervisor left."""
    living = [supervisor] if supervisor else processes.pids(processes.running())
    return bool(facts.get("ready")) and facts["supervisor"] in living


def clear_leftovers(state: State) -> None:
    """Stop what a killed supervisor left behind; only process groups that run our programs."""
    before = state.running()
    programs = before.get("programs", {})
    groups = {pid: programs[name] for name, pid in before.get("pids", {}).items()}
    if groups and processes.stop_groups(groups, within_s=5):
        say("Stopped what an earlier run had left behind")
    state.run_file.unlink(missing_ok=True)


def _to_log_and_terminal(state: State) -> Callable[[str], None]:
    def tell(text: str) -> None:
        with (state.logs / "supervisor.log").open("a") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")
        # The window may have been closed; the shop has to be stopped in order all the same.
        with contextlib.suppress(OSError):
            say(text)

    return tell

"""The commands behind `make`: python -m dev run | up | down | logs | reset | status | manage | test."""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from dev.place import PlaceError, remove_place
from dev.postgres import DatabaseError
from dev.run import AlreadyRunning, clear_leftovers, is_open, is_running, renew_staff_login
from dev.run import run as run_shop
from dev.shop import Wishes
from dev.state import CHECKOUT, State, local_folder
from dev.supervisor import StartError
from dev.terminal import console, say, table

STARTS_WITHIN_S = 300.0
STOPS_WITHIN_S = 20.0


def run(state: State, options: argparse.Namespace) -> int:
    """Start the shop and stay until Ctrl-C."""
    wishes = Wishes(port=options.port, throw_away=options.throw_away, seed=not options.no_seed)
    try:
        run_shop(state, wishes)
    except AlreadyRunning:
        return _show_running(state)
    except (StartError, PlaceError, DatabaseError) as problem:
        console.print(f"\n{problem}", markup=False, soft_wrap=True, style="red")
        return 1
    return 0


def up(state: State, options: argparse.Namespace) -> int:
    """Start the shop and return as soon as it is open."""
    if is_running(state):
        return _show_running(state)
    state.create()
    log = state.logs / "run.log"
    command = [sys.executable, "-m", "dev", "run", *_as_arguments(options)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    with log.open("rb") as progress:
        # Its own mark: a supervisor that was killed has left the one of its time.
        while process.poll() is None and not is_open(state.running(), supervisor=process.pid):
            sys.stdout.write(progress.read().decode(errors="replace"))
            sys.stdout.flush()
            time.sleep(0.1)
        time.sleep(0.1)  # its table follows the mark
        sys.stdout.write(progress.read().decode(errors="replace"))
    return process.poll() or 0


def down(state: State, _options: argparse.Namespace) -> int:
    """Stop the shop, however it was started."""
    if is_running(state):
        deadline = time.monotonic() + STOPS_WITHIN_S
        asked = False
        while is_running(state):
            pid = state.running().get("supervisor")
            if pid and not asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
                asked = True
            if time.monotonic() > deadline:
                say("The supervisor does not stop; look into its log")
                return 1
            time.sleep(0.1)
        say("The shop is closed")
    else:
        say("No shop is running")
    clear_leftovers(state)
    return 0


def logs(state: State, _options: argparse.Namespace) -> int:
    """Follow the log of every process; of a shop that is stopped, show how each one ends."""
    files = sorted(str(path) for path in state.logs.glob("*.log"))
    if not files:
        say("No logs yet: start the shop with `make run` or `make up`")
        return 1
    follow = ["-F"] if is_running(state) else []
    return _become(["tail", "-n", "20", *follow, *files], os.environ)


def reset(state: State, options: argparse.Namespace) -> int:
    """Stop the shop and forget all its data."""
    if down(state, options) != 0:
        return 1
    remove_place(state)
    # By name and not the folder: COMMERCE_LOCAL_DIR may hold things that are not ours.
    for name in ("servers", "stripe", "carrier", "logs"):
        shutil.rmtree(state.folder / name, ignore_errors=True)
    for name in ("state.json", "staff.json", "run.json", "supervisor.lock"):
        (state.folder / name).unlink(missing_ok=True)
    say(f"The data in {state.folder} is gone; the next start makes a new shop")
    return 0


def status(state: State, _options: argparse.Namespace) -> int:
    """Show the shop if it is running; the exit status says whether it is."""
    if not is_running(state):
        say("No shop is running")
        return 1
    return _show_running(state, note="")


def manage(state: State, options: argparse.Namespace) -> int:
    """Run a management command with the environment of the running shop."""
    if not is_running(state) or not is_open(state.running()):
        say("The shop is not running: start it with `make up`")
        return 1
    return _become(
        [sys.executable, "manage.py", *options.arguments],
        {**os.environ, **state.running()["env"]},
    )


def test(_state: State, options: argparse.Namespace) -> int:
    """Run the tests against servers of their own."""
    from dev.testing import run_tests

    return run_tests(options.arguments)


def _become(command: list[str], env: Mapping[str, str]) -> NoReturn:
    os.chdir(CHECKOUT)
    os.execvpe(command[0], command, env)


def _show_running(state: State, *, note: str = "The shop is running already") -> int:
    if note:
        say(note)
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not is_open(state.running()):
        if not is_running(state) or time.monotonic() > deadline:
            say("It did not finish starting; look into its logs")
            return 1
        time.sleep(0.2)
    renew_staff_login(state)
    table(state.running())
    return 0


def _as_arguments(options: argparse.Namespace) -> list[str]:
    return [
        *(["--port", str(options.port)] if options.port is not None else []),
        *(["--throw-away"] if options.throw_away else []),
        *(["--no-seed"] if options.no_seed else []),
    ]


COMMANDS: dict[str, Callable[[State, argparse.Namespace], int]] = {
    "run": run,
    "up": up,
    "down": down,
    "logs": logs,
    "reset": reset,
    "status": status,
    "manage": manage,
    "test": test,
}


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        command = commands.add_parser(name, help=function.__doc__)
        if name in ("run", "up"):
            command.add_argument("--port", type=int, help="0: any free one")
            command.add_argument("--throw-away", action="store_true", help="faster, not durable")
            command.add_argument("--no-seed", action="store_true", help="start with an empty shop")
    if arguments and arguments[0] in ("manage", "test"):
        # Everything after these belongs to the program they run.
        return argparse.Namespace(command=arguments[0], arguments=list(arguments[1:]))
    return parser.parse_args(arguments)


def main() -> int:
    options = parse(sys.argv[1:])
    try:
        return COMMANDS[options.command](State(local_folder()), options)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())

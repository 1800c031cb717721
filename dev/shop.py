"""What a shop consists of: its addresses, its environment, its processes; nothing is started here."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from dev import postgres, processes, valkey
from dev.place import PlaceError, find_place
from dev.programs import application, sandbox
from dev.state import State
from dev.supervisor import Program
from dev.terminal import say

FIRST_PORT = 8000
STRIPE = "https://api.stripe.com"
REPLACEABLE = (
    "DJANGO_SECRET_KEY",
    "PUBLIC_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_BASE",
    "CARRIER_API_KEY",
    "CARRIER_WEBHOOK_SECRET",
    "CARRIER_API_BASE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a caller can choose about a shop."""

    port: int | None = None  # None: 8000 or the next free one; 0: any free one
    throw_away: bool = False
    seed: bool = True


@dataclass(slots=True)
class Shop:
    """Everything that is known before the first process starts."""

    state: State
    wishes: Wishes
    settings: dict[str, str]  # what its processes get in addition to our own environment
    api: str
    stripe: dict[str, str | None] = field(default_factory=dict)
    carrier: dict[str, str | None] = field(default_factory=dict)
    servers: list[Program] = field(default_factory=list)
    sandboxes: list[Program] = field(default_factory=list)
    application: list[Program] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, **self.settings}

    @property
    def database_url(self) -> str:
        return self.settings["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        return self.settings["REDIS_URL"]


def assemble(state: State, wishes: Wishes) -> Shop:
    """Choose ports and passwords, make the servers' data folders, write down every process.

    Raises:
        PlaceError: it cannot or must not run here.
    """
    port = _web_port(wishes)
    api = f"http://{processes.LOOPBACK}:{port}"
    settings = {
        "DJANGO_SECRET_KEY": state.secret("django"),
        "PUBLIC_URL": api,
        # What stands in the environment wins: it replaces the private part of its kind.
        **{name: os.environ[name] for name in REPLACEABLE if os.environ.get(name)},
        "COMMERCE_ENV": "development",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "COMMERCE_LOCAL_DIR": str(state.folder),
        "PYTHONUNBUFFERED": "1",
        # Where web servers and workers count together; counts of processes that are gone go first.
        "PROMETHEUS_MULTIPROC_DIR": str(_empty_folder(state.folder / "metrics")),
    }
    shop = Shop(state, wishes, settings, api)
    _add_servers(shop)
    _add_stripe(shop)
    _add_carrier(shop)
    # A broker of somebody else's may not let us look, and has workers that are not ours.
    own_broker = any(program.name == "valkey" for program in shop.servers)
    consumes = (lambda: valkey.consumes(shop.redis_url)) if own_broker else None
    shop.application = application(port=port, env=shop.env, worker_consumes=consumes)
    return shop


def _add_servers(shop: Shop) -> None:
    if {"DATABASE_URL", "REDIS_URL"} <= shop.settings.keys():
        return
    place = find_place(shop.state, throw_away=shop.wishes.throw_away)
    if "DATABASE_URL" not in shop.settings:
        program, url = postgres.postgres(shop.state, place, throw_away=shop.wishes.throw_away)
        shop.servers.append(program)
        shop.settings["DATABASE_URL"] = url
    if "REDIS_URL" not in shop.settings:
        program, url = valkey.valkey(shop.state, place)
        shop.servers.append(program)
        shop.settings["REDIS_URL"] = url


def _empty_folder(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _web_port(wishes: Wishes) -> int:
    if wishes.port == 0:
        return processes.free_port(0)
    wanted = wishes.port or FIRST_PORT
    port = processes.free_port(wanted, and_next=100)
    if port != wanted:
        say(f"Port {wanted} is taken; this shop answers on {port}")
    return port


def _add_stripe(shop: Shop) -> None:
    settings = shop.settings
    if "_live_" in settings.get("STRIPE_SECRET_KEY", ""):
        raise PlaceError("STRIPE_SECRET_KEY is a live key: this shop is never run with real money.")
    if ("STRIPE_SECRET_KEY" in settings) != ("STRIPE_WEBHOOK_SECRET" in settings):
        say("Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET both to use Stripe; using the sandbox")
    if settings.get("STRIPE_SECRET_KEY") and settings.get("STRIPE_WEBHOOK_SECRET"):
        shop.stripe = {"base": settings.get("STRIPE_API_BASE", STRIPE), "journal": None}
        return
    settings["STRIPE_SECRET_KEY"] = "sk_test_" + shop.state.secret("stripe")
    settings["STRIPE_WEBHOOK_SECRET"] = "whsec_" + shop.state.secret("stripe_webhook")
    settings["STRIPE_API_BASE"], folder = _add_sandbox(shop, "stripe", "--strict")
    shop.stripe = {"base": settings["STRIPE_API_BASE"], "journal": str(folder / "journal.jsonl")}


def _add_carrier(shop: Shop) -> None:
    settings = shop.settings
    if "CARRIER_API_BASE" not in settings:
        settings["CARRIER_API_KEY"] = shop.state.secret("carrier")
        settings["CARRIER_WEBHOOK_SECRET"] = "whsec_" + shop.state.secret("carrier_webhook")
        settings["CARRIER_API_BASE"], _ = _add_sandbox(shop, "carrier")
    shop.carrier = {"base": settings["CARRIER_API_BASE"]}


def _add_sandbox(shop: Shop, name: str, *arguments: str) -> tuple[str, Path]:
    port = processes.free_port(shop.state.get(f"port.{name}"))
    shop.state.put(f"port.{name}", port)
    folder = shop.state.folder / name
    webhook_url = f"{shop.api}/v1/webhooks/{name}"
    shop.sandboxes.append(
        sandbox(name, *arguments, port=port, folder=folder, webhook_url=webhook_url, env=shop.env)
    )
    return f"http://{processes.LOOPBACK}:{port}", folder

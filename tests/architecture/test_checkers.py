"""Every rule holds here, and is noticed when somebody breaks it."""

from __future__ import annotations

import importlib
import types
from pathlib import Path
from textwrap import dedent

import pytest
from celery import current_app
from django.apps import apps
from django.db import models, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.test.utils import isolate_apps

from commerce.shared.db import NeighbourCalledInTransaction, published
from commerce.shared.inbox import RECEIVERS
from commerce.shared.messages import MESSAGES
from config.messages import ROUTES
from config.schedule import SCHEDULE
from tests.architecture import checkers
from tests.architecture.source import CONTEXTS, ROOT


@pytest.fixture
def plant(tmp_path):
    """Write files into a tree of its own: `plant(**{"commerce/billing/orders/x.py": "…"})`."""

    def plant(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        return tmp_path

    return plant


def ours():
    return [
        table
        for table in apps.get_models(include_auto_created=True)
        if table._meta.app_label in {*CONTEXTS, "shared"}
    ]


GOOD_USE_CASE = """
    def cancel_order(*, order_id):
        with transaction.atomic(durable=True):
            _write()

    def _write():
        pass
"""


class TestPaths:
    def test_lead_somewhere(self):
        assert checkers.paths_that_lead_nowhere(ROOT) == []

    def test_that_lead_nowhere_are_noticed(self, plant):
        tree = plant(
            {
                "docs/adr/0006-outbox.md": "[gone](gone.md) [there](0006-outbox.md)",
                "dev/programs.py": "# docs/adr/0006-outbox.md, docs/adr/0006, docs/api.md\n",
            }
        )

        assert checkers.paths_that_lead_nowhere(tree) == [
            "docs/adr/0006-outbox.md names docs/adr/gone.md",
            "dev/programs.py names docs/adr/0006",
            "dev/programs.py names docs/api.md",
        ]


class TestUseCases:
    def test_have_one_public_function_named_as_the_file(self):
        assert checkers.use_cases_out_of_shape(ROOT) == []

    def test_are_found_at_all(self, plant):
        assert (
            checkers.use_cases_out_of_shape(
                plant({"commerce/billing/orders/cancel_order.py": GOOD_USE_CASE})
            )
            == []
        )

    @pytest.mark.parametrize(
        "body",
        [
            GOOD_USE_CASE + "\n    def uncancel_order():\n        pass\n",
            GOOD_USE_CASE.replace("def cancel_order", "def cancel"),
            GOOD_USE_CASE.replace("def cancel_order", "def _cancel_order"),
        ],
        ids=["two functions", "another name", "nothing public"],
    )  # fmt: skip
    def test_are_noticed_out_of_shape(self, plant, body):
        tree = plant({"commerce/billing/orders/cancel_order.py": body})

        (broken,) = checkers.use_cases_out_of_shape(tree)
        assert broken.startswith("commerce/billing/orders/cancel_order.py")


class TestRules:
    def test_import_no_use_case(self):
        assert checkers.rules_that_act(ROOT) == []

    @pytest.mark.parametrize("file", ["models.py", "queries.py", "totals.py"])
    @pytest.mark.parametrize(
        "line",
        [
            "from commerce.billing.orders.cancel_order import cancel_order",
            "from commerce.billing.orders import cancel_order",
            "def f():\n    import commerce.billing.orders.cancel_order",
        ],
    )
    def test_are_noticed_when_they_act(self, plant, file, line):
        tree = plant(
            {
                "commerce/billing/orders/cancel_order.py": GOOD_USE_CASE,
                f"commerce/billing/orders/{file}": line,
            }
        )

        (broken,) = checkers.rules_that_act(tree)
        assert broken.startswith(f"commerce/billing/orders/{file} imports ")

    def test_may_name_the_types_a_use_case_takes(self, plant):
        tree = plant(
            {
                "commerce/billing/orders/cancel_order.py": GOOD_USE_CASE,
                "commerce/billing/orders/totals.py": (
                    "from commerce.billing.orders.cancel_order import Reason"
                ),
            }
        )

        assert checkers.rules_that_act(tree) == []


class TestModels:
    def test_are_looked_up_by_name_in_migrations_only(self):
        assert checkers.models_looked_up_by_name(ROOT) == []

    def test_are_noticed_when_they_are_looked_up(self, plant):
        lookup = "from django.apps import apps\nOrder = apps.get_model('billing', 'Order')\n"
        tree = plant(
            {
                "commerce/catalog/products/peek.py": lookup,
                "commerce/catalog/migrations/0002_fill.py": lookup,
            }
        )

        assert checkers.models_looked_up_by_name(tree) == ["commerce/catalog/products/peek.py:2"]

    def test_relate_only_inside_their_context(self):
        assert checkers.relations_that_leave(ours()) == []

    @isolate_apps("commerce.billing", "commerce.catalog")
    def test_are_noticed_when_they_relate_across(self):
        class Variant(models.Model):
            class Meta:
                app_label = "catalog"

        class Line(models.Model):
            variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
            variants = models.ManyToManyField(Variant, related_name="+")

            class Meta:
                app_label = "billing"

        assert "billing.Line.variant → catalog.Variant" in checkers.relations_that_leave([Line])
        assert "billing.Line.variants → catalog.Variant" in checkers.relations_that_leave([Line])

    def test_have_tables_named_for_their_context(self):
        assert checkers.tables_without_prefix(ours()) == []

    @isolate_apps("commerce.billing")
    def test_are_noticed_with_a_table_of_another_name(self):
        class Line(models.Model):
            class Meta:
                app_label = "billing"
                db_table = "order_lines"

        assert checkers.tables_without_prefix([Line]) == ["billing.Line: order_lines"]


class TestMigrations:
    def test_are_one_line_for_each_context(self):
        assert checkers.migrations_that_leave(MigrationLoader(None)) == []

    def test_are_noticed_when_they_depend_on_a_neighbour_or_fork(self):
        loader = MigrationLoader(None)
        (last,) = loader.graph.leaf_nodes("catalog")
        for name, dependencies in {
            "9998_one": [last, ("identity", "0001_initial")],
            "9999_other": [last],
        }.items():
            migration = Migration(name, "catalog")
            migration.dependencies = dependencies
            loader.disk_migrations[("catalog", name)] = migration
            loader.graph.add_node(("catalog", name), migration)
            for dependency in dependencies:
                loader.graph.add_dependency(migration, ("catalog", name), dependency)

        assert checkers.migrations_that_leave(loader) == [
            "catalog.9998_one depends on identity.0001_initial",
            "catalog has 2 last migrations",
        ]


class TestTime:
    def test_is_read_in_one_place(self):
        assert checkers.wall_clocks(ROOT) == []

    @pytest.mark.parametrize(
        "line",
        [
            "from commerce.shared import clock\nnow = clock.now()",
            "import datetime as dt\nnow = dt.datetime.now(dt.UTC)",
            "from django.utils import timezone\nnow = timezone.now()",
            "from datetime import date\ntoday = date.today()",
            "import time\nnow = time.time()",
        ],
    )
    def test_is_noticed_when_a_noun_reads_it(self, plant, line):
        tree = plant({"commerce/billing/orders/totals.py": line})

        assert len(checkers.wall_clocks(tree)) == 1

    def test_may_be_asked_for_by_a_door(self, plant):
        tree = plant(
            {"commerce/billing/tasks.py": "from commerce.shared import clock\nclock.now()"}
        )

        assert checkers.wall_clocks(tree) == []


class TestMoney:
    def test_is_never_a_float(self):
        assert checkers.floats_near_money(ROOT) == []

    @pytest.mark.parametrize("line", ["rate = 0.19", "total = float(total_minor)", "x: float"])
    def test_is_noticed_as_a_float(self, plant, line):
        tree = plant({"commerce/billing/tax/rates.py": f"total_minor = 1\n{line}"})

        assert len(checkers.floats_near_money(tree)) == 1

    def test_leaves_seconds_alone(self, plant):
        tree = plant({"commerce/billing/payments/pacing.py": "wait_s: float = 0.5"})

        assert checkers.floats_near_money(tree) == []


class TestRoutes:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def everything_loaded(cls):
        current_app.loader.import_default_modules()
        for context in CONTEXTS[1:4]:
            importlib.import_module(f"commerce.{context}.interface.messages")

    def of_the_shop(self, known):
        return {name: kind for name, kind in known.items() if not name.startswith("sample.")}

    def test_lead_from_known_messages_to_tasks_that_take_them(self):
        broken = checkers.routes_that_lead_nowhere(
            ROUTES,
            messages=self.of_the_shop(MESSAGES),
            receivers=self.of_the_shop(RECEIVERS),
        )

        assert broken == []

    def test_are_noticed_when_they_lead_nowhere(self):
        paid, shipped = (types.SimpleNamespace(name=n) for n in ("a.paid.v1", "a.shipped.v1"))

        broken = checkers.routes_that_lead_nowhere(
            {"a.paid.v1": ["b.on_shipped", "b.on_payed"], "a.lost.v1": []},
            messages={"a.paid.v1": paid, "a.shipped.v1": shipped},
            receivers={"b.on_shipped": shipped, "b.on_anything": paid},
        )

        assert broken == [
            "a.lost.v1: no such message",
            "a.paid.v1: b.on_shipped understands a.shipped.v1",
            "a.paid.v1: no task b.on_payed",
            "a.shipped.v1: not in ROUTES",
            "b.on_anything is sent nothing",
        ]

    def test_give_a_command_to_its_owner_alone(self):
        # An event's name starts with its sender, a command's with its receiver.
        commands = {
            name: tasks
            for name, tasks in ROUTES.items()
            if any(task.startswith(name.split(".")[0] + ".") for task in tasks)
        }

        assert commands
        assert {name: len(tasks) for name, tasks in commands.items()} == dict.fromkeys(commands, 1)

    def test_are_understood_by_the_clock(self):
        unknown = {bell["task"] for bell in SCHEDULE.values()} - set(current_app.tasks)

        assert unknown == set()


def interfaces():
    return [
        importlib.import_module(f"commerce.{context}.interface.services")
        for context in CONTEXTS
        if (ROOT / f"commerce/{context}/interface/services.py").exists()
    ]


class TestInterfaces:
    @pytest.mark.parametrize("module", interfaces(), ids=lambda module: module.__name__)
    def test_refuse_to_be_called_inside_a_transaction(self, module):
        assert checkers.unpublished_functions(module) == []

    def test_are_noticed_when_a_function_does_not_refuse(self):
        module = types.ModuleType("planted")
        module.__all__ = ["Dto", "open_door", "shut_door"]
        module.Dto = type("Dto", (), {})
        module.open_door = lambda: None
        module.shut_door = published(lambda: None)

        assert checkers.unpublished_functions(module) == ["planted.open_door"]

    @pytest.mark.django_db
    @pytest.mark.parametrize("module", interfaces(), ids=lambda module: module.__name__)
    def test_raise_before_anything_else_happens(self, module):
        functions = [
            function
            for name in module.__all__
            if getattr(function := getattr(module, name), "__published__", False)
        ]

        for function in functions:
            with transaction.atomic(), pytest.raises(NeighbourCalledInTransaction):
                function()

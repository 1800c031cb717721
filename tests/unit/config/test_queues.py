"""Every task has its queue, on one page."""

from config.celery import app
from config.queues import QUEUES, TASKS
from dev import programs

# Rung through every queue by name, to see whether somebody listens.
THROUGH_ALL = "shared.note_consumption"


def queue_of(task):
    return app.amqp.router.route({}, task)["queue"].name


class TestThePage:
    def test_names_every_task_there_is_and_no_other(self):
        app.loader.import_default_modules()
        # The sample of the kernel's own tests is no part of the shop.
        ours = {x for x in app.tasks if x.split(".")[0] not in ("celery", "sample")} - {THROUGH_ALL}
        heard = {name for name in ours if ".on_" in name}

        named = [task for tasks in TASKS.values() for task in tasks]
        assert len(named) == len(set(named))
        assert ours - heard == set(named) - heard - {"*.on_*"}
        assert {queue_of(name) for name in ours} == set(QUEUES)

    def test_is_what_the_workers_of_make_run_listen_to(self):
        assert set(programs.QUEUES) == set(QUEUES)

    def test_keeps_hints_out_of_the_way_of_orders(self):
        assert queue_of("billing.on_return_received") == "messages"
        assert queue_of("catalog.on_set_availability") == "bulk"

    def test_is_not_contradicted_by_a_task(self):
        app.loader.import_default_modules()

        assert [task.name for task in app.tasks.values() if getattr(task, "queue", None)] == []

"""The Celery app: one queue per kind of work, delivery at least once.

Each setting answers a loss that was measured (reliability notes in docs/adr/0006-outbox-confirmed-by-receivers.md): with
Celery's defaults a killed worker loses what it executes and hides what it prefetched for an hour.
"""

import os

from celery import Celery
from kombu import Queue

from config.observed_tasks import observe_tasks
from config.queues import QUEUES, TASK_ROUTES
from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("commerce")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_queues=[Queue(name) for name in QUEUES],
    task_routes=TASK_ROUTES,
    task_default_queue="default",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    timezone="UTC",
    # A task is acknowledged when it is done, and given to another worker if its own one died.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # Below half the visibility timeout, so that no task is delivered again while it runs.
    task_soft_time_limit=100,
    task_time_limit=120,
    broker_transport_options={
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_soft_shutdown_timeout=10,
    worker_max_tasks_per_child=5000,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    # A bell that nobody heard for a minute is not worth hearing: the next one finds the same rows.
    beat_schedule={name: {"options": {"expires": 60}, **bell} for name, bell in SCHEDULE.items()},
)
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="inbox")
observe_tasks()

"""The answer to a scrape: what the processes counted, and what the database tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils.module_loading import autodiscover_modules
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from commerce.shared.gauges import GAUGES, DatabaseGauge
from config.counters import new_registry

log = structlog.get_logger(__name__)


class DatabaseCollector(Collector):
    """Reads the contexts' gauges at the moment of the scrape."""

    def collect(self) -> Iterator[Metric]:
        autodiscover_modules("gauges")
        is_up = True
        for gauge in GAUGES.values():
            try:
                yield _family(gauge)
            except (DatabaseError, InterfaceError) as failure:
                # The other figures are wanted most when the database is away.
                log.warning("metrics.gauge.unreadable", gauge=gauge.name, error=str(failure))
                is_up = False
        yield GaugeMetricFamily(
            "commerce_gauges_readable", "Whether the database could be asked.", value=is_up
        )

    def describe(self) -> list[Metric]:
        # Otherwise registering would already ask the database.
        return []


def render() -> bytes:
    """Give everything in Prometheus's text format."""
    registry = new_registry()
    registry.register(DatabaseCollector())
    return generate_latest(registry)


def _family(gauge: DatabaseGauge) -> Metric:
    reading = gauge.read()
    if not isinstance(reading, Mapping):
        return GaugeMetricFamily(gauge.name, gauge.meaning, value=reading)
    assert gauge.label is not None, f"{gauge.name}: what are the keys of its mapping?"
    family = GaugeMetricFamily(gauge.name, gauge.meaning, labels=[gauge.label])
    for key, value in reading.items():
        family.add_metric([key], value)
    return family

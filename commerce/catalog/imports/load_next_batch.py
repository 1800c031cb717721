"""Load the next batch of an import: products, counts and position in one transaction.

Killed anywhere, the next call loads the same batch as if nothing had been, and nothing is counted
twice. Whoever has time calls again, until the import has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.imports.apply_batch import Outcome, apply_batch
from commerce.catalog.imports.lines import UnknownColumns
from commerce.catalog.imports.models import Import, ImportProblem
from commerce.catalog.imports.queries import bytes_from
from commerce.catalog.imports.reading import read_header, read_products
from commerce.catalog.imports.said import SaidProduct
from commerce.shared.db import copy_rows, requires_transaction

BATCH_SIZE: Final = 2_000
# More is a wrong file, and nobody reads them; they are still counted.
PROBLEMS_KEPT: Final = 10_000


def load_next_batch(*, import_id: UUID, now: datetime) -> Import | None:
    """Load what comes next of a file, and give the import; None: somebody else is at it.

    Any number of workers may call it at once: each batch is loaded by one of them.
    """
    with transaction.atomic(durable=True):
        row = (
            Import.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(pk=import_id)
            .first()
        )
        if row is not None and row.ended_at is None:
            _load_next(row, now)
            row.save()
    return row


@requires_transaction
def _load_next(row: Import, now: datetime) -> None:
    try:
        if row.status == Import.Status.WAITING:
            row.start(at=now)
            read_header(row, bytes_from(row, 0))
        batch = list(_take(row))
    except UnknownColumns as failure:
        row.fail(reason=str(failure), at=now)
        return
    if batch:
        outcomes = apply_batch(batch, now=now, is_dry_run=row.is_dry_run)
        _count(row, outcomes)
        _note(row, outcomes)
        row.position, row.line = batch[-1].ends_at, batch[-1].next_line
    if len(batch) < BATCH_SIZE:
        row.finish(at=now)


def _take(row: Import) -> Iterator[SaidProduct]:
    return islice(read_products(row, bytes_from(row, row.position)), BATCH_SIZE)


def _count(row: Import, outcomes: Sequence[Outcome]) -> None:
    row.rows_read += len(outcomes)
    for outcome in outcomes:
        name = f"rows_{outcome.kind}"
        setattr(row, name, getattr(row, name) + 1)


@requires_transaction
def _note(row: Import, outcomes: Sequence[Outcome]) -> None:
    found = [problem for outcome in outcomes for problem in outcome.problems]
    kept = found[: max(0, PROBLEMS_KEPT - row.problems)]
    row.problems += len(found)
    copy_rows(
        ImportProblem,
        ["batch_id", "line", "field", "code", "message"],
        ((row.id, x.line, x.field[:200], x.code[:64], x.message[:500]) for x in kept),
    )

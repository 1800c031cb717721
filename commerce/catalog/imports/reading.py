"""Reading a file in its format, from its beginning or from where a batch ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from commerce.catalog.imports import own_csv, own_jsonl, shopify_csv
from commerce.catalog.imports.lines import UnknownColumns
from commerce.catalog.imports.models import Import, ImportFormat
from commerce.catalog.imports.records import csv_records, json_records
from commerce.catalog.imports.said import SaidProduct

COLUMNS_MAX: Final = 1_000


def read_header(row: Import, chunks: Iterable[bytes]) -> None:
    """Take the first line of a CSV file on the import, and put its position behind it.

    Raises:
        UnknownColumns: it does not say what the others hold.
    """
    if row.format == ImportFormat.JSONL:
        return
    header = next(csv_records(chunks), None)
    if header is None or header.problem:
        raise UnknownColumns(f"the first line: {header.problem if header else 'there is none'}")
    if len(header.value) > COLUMNS_MAX:
        raise UnknownColumns(f"more than {COLUMNS_MAX:,} columns")
    # Understood before it is kept, so that a wrong file fails at its first line.
    if row.format == ImportFormat.SHOPIFY:
        shopify_csv.layout_of(header.value)
    else:
        own_csv.layout_of(header.value)
    row.columns, row.position, row.line = header.value, header.end, header.next_line


def read_products(row: Import, chunks: Iterable[bytes]) -> Iterator[SaidProduct]:
    """What the file says from the import's position on; `chunks` begin there."""
    if row.format == ImportFormat.JSONL:
        return own_jsonl.jsonl_products(json_records(chunks, position=row.position, line=row.line))
    records = csv_records(chunks, position=row.position, line=row.line)
    columns = row.columns or []
    if row.format == ImportFormat.SHOPIFY:
        return shopify_csv.shopify_products(
            records,
            shopify_csv.layout_of(columns),
            width=len(columns),
            currency=row.currency,
        )
    return own_csv.csv_products(records, own_csv.layout_of(columns))

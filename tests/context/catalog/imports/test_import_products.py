"""`manage.py import_products`: the same import, from the shell."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from commerce.catalog.imports import start_import as module
from commerce.catalog.imports.load_next_batch import load_next_batch
from commerce.catalog.imports.models import Import
from commerce.catalog.imports.start_import import start_import
from commerce.catalog.models import Product
from commerce.shared import clock
from commerce.shared.ids import encode

pytestmark = pytest.mark.django_db

FILE = "slug,title,published,sku,price:USD\nmug,Mug,yes,MUG,3.49\nbad,Bad,,BAD,cheap\n"


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(module, "ring", lambda *_args: None)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mugs.csv"
    path.write_text(FILE)
    return path


def run(*args):
    out = io.StringIO()
    call_command("import_products", *map(str, args), stdout=out)
    return out.getvalue()


def test_loads_a_file_and_tells_what_was_wrong(file):
    told = run(file)

    assert "1 created, 0 changed, 0 unchanged, 1 refused" in told
    assert "line 3, price:USD: wants an amount of USD" in told
    assert Product.objects.get().status == "published"


def test_changes_nothing_on_a_dry_run(file):
    assert "would be 1 created" in run(file, "--dry-run")
    assert not Product.objects.exists()


def test_goes_on_with_an_import_that_stopped(monkeypatch):
    monkeypatch.setattr("commerce.catalog.imports.load_next_batch.BATCH_SIZE", 1)
    row = start_import(chunks=[FILE.encode()], format="csv", now=clock.now())
    load_next_batch(import_id=row.id, now=clock.now())

    run("--resume", encode("imp", row.id))

    assert Import.objects.get().rows_read == 2


def test_says_what_to_do_with_what_it_cannot_use(tmp_path):
    strange = tmp_path / "strange.csv"
    strange.write_text("colour\nred\n")
    empty = tmp_path / "empty.csv"
    empty.write_text("")

    for args, why in (
        (["--resume", "imp_nonsense"], "imp_"),
        (["--resume", encode("imp", Import().id)], "no such import"),
        ([tmp_path / "missing.csv"], "no file"),
        ([strange], "colour"),
        ([empty], "nothing in the file"),
        ([strange, "--currency", "euro"], "invalid choice"),
    ):
        with pytest.raises(CommandError, match=why):
            run(*args)

"""When a start may skip migrations and seed."""

import pytest

from dev import run
from dev.shop import Wishes


class TestContentStamp:
    @pytest.fixture
    def checkout(self, tmp_path, monkeypatch):
        monkeypatch.setattr(run, "CHECKOUT", tmp_path)
        migrations = tmp_path / "commerce" / "billing" / "migrations"
        migrations.mkdir(parents=True)
        (migrations / "0001_tables.py").write_text("first")
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "products.csv").write_text("mug")
        return tmp_path

    def test_stays_the_same_while_nothing_changes(self, checkout):
        assert run.content_stamp(Wishes()) == run.content_stamp(Wishes())

    @pytest.mark.parametrize(
        "changed",
        ["commerce/billing/migrations/0002_more.py", "data/products.csv", "data/new/x.csv"],
    )
    def test_changes_with_a_migration_or_the_demo_data(self, checkout, changed):
        before = run.content_stamp(Wishes())

        (checkout / changed).parent.mkdir(exist_ok=True)
        (checkout / changed).write_text("other")

        assert run.content_stamp(Wishes()) != before

    def test_stays_the_same_when_python_has_compiled_something(self, checkout):
        before = run.content_stamp(Wishes())

        (checkout / "data" / "__pycache__").mkdir()
        (checkout / "data" / "__pycache__" / "build.cpython-313.pyc").write_text("compiled")

        assert run.content_stamp(Wishes()) == before

    def test_tells_a_shop_without_demo_data_from_one_with_it(self, checkout):
        assert run.content_stamp(Wishes(seed=False)) != run.content_stamp(Wishes(seed=True))

"""Fixtures that every kind of test uses."""

pytest_plugins = ["tests.emptying", "tests.callers", "tests.shops"]

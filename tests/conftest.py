"""Fixtures that every kind of test uses."""

from hypothesis import settings

pytest_plugins = ["tests.emptying", "tests.callers", "tests.shops"]

# A busy machine is slow, not wrong.
settings.register_profile("shop", deadline=None)
settings.load_profile("shop")

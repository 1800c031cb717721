"""A process that dies: put in the place of a function, where the kill has to come."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn


class Killed(BaseException):
    """kill -9: no `except Exception` sees it."""


def dies(*_args: object, **_kwargs: object) -> NoReturn:
    raise Killed


def dies_after(function: Callable[..., object]) -> Callable[..., NoReturn]:
    def run(*args: object, **kwargs: object) -> NoReturn:
        function(*args, **kwargs)
        raise Killed

    return run

"""A disk of the test's own, as a shop without a bucket has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.environment import Environment


@pytest.fixture
def disk(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "default": Environment.read({}).media_storage()}
    return tmp_path

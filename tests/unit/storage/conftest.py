"""Libraries to be damaged: as a day of use leaves them, and as a kill does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes.libraries import VOICES, Shelf, clone, filled


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return asyncio.run(filled(tmp_path_factory.mktemp("original")))


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """As a kill leaves it: the newest voices only in the log beside the file."""

    async def fill() -> Shelf:
        shelf = await filled(tmp_path_factory.mktemp("open"))
        async with shelf.opened() as library:
            for number in range(VOICES + 2, VOICES + 5):
                await clone(library, number)
            return shelf.copy(tmp_path_factory.mktemp("parent") / "killed")

    return asyncio.run(fill())


@pytest.fixture
def shelf(original: Shelf, tmp_path: Path) -> Shelf:
    return original.copy(tmp_path / "shelf")

"""A place of lists of releases that gives what a test wants, and counts who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.fakes.release_lists import sum_of


class FakeReleaseLists:
    """Gives ``content`` with ``sum_file``, or raises ``error``; before anything leaves if ``is_offline``."""

    def __init__(self, content: bytes = b"", *, error: Exception | None = None) -> None:
        self.content = content
        self.sum_file: bytes | None = None
        self.error = error
        self.is_offline = False
        self.needs_keyring = False
        self.asked: list[str] = []
        # Set it to let a request wait.
        self.hold: asyncio.Event | None = None

    async def fetch(self, address: str, *, on_sent: Callable[[], None]) -> tuple[bytes, bytes]:
        self.asked.append(address)
        if not self.is_offline:
            on_sent()
        if self.hold is not None:
            await self.hold.wait()
        if self.error is not None:
            raise self.error
        return self.content, sum_of(self.content) if self.sum_file is None else self.sum_file

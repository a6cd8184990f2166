"""Is there a newer version? Told at most once a day, or when the user asks; nothing is ever installed."""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from voiceclone_gui.core.errors import InputRefused, VoiceCloneError
from voiceclone_gui.core.ports import Clock
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.releases import Computer, News, check_sum, find_news, parse_releases
from voiceclone_gui.core.settings import UpdateSettings
from voiceclone_gui.core.updates import address_in_use, is_dismissed, is_due, parse_list_address
from voiceclone_gui.core.version import Version

logger = logging.getLogger(__name__)

_SYSTEMS = {"darwin": "macos", "win32": "windows"}
_MACHINES = {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}


class ReleaseLists(Protocol):
    """Where lists of releases come from."""

    @property
    def needs_keyring(self) -> bool:
        """Whether fetching would ask the system's keyring, which may open a window of its own."""
        ...

    async def fetch(self, address: str, *, on_sent: Callable[[], None]) -> tuple[bytes, bytes]:
        """A list and what lies beside it as its SHA-256; errors are core's."""
        ...


class UpdateCheck:
    """Compares the list of releases with the version ``own`` on ``computer``.

    ``packaged`` is the address that the program was packaged with, ``""`` for none.
    """

    def __init__(
        self, *, lists: ReleaseLists, own: Version, computer: Computer, packaged: str, clock: Clock
    ) -> None:
        self.own = own
        self.computer = computer
        self.packaged = packaged
        self._lists = lists
        self._clock = clock

    async def look(self, settings: UpdateSettings, *, on_asked: Callable[[datetime], None]) -> News:
        """What the list says now. ``on_asked`` is called with the time when a request is about to leave.

        Raises ``InputRefused`` for an address that can't be used, ``UpdateCheckFailed``, ``ServiceError``
        and ``KeyringFailed``.
        """
        address = parse_list_address(address_in_use(settings, packaged=self.packaged))
        if isinstance(address, Problem):
            raise InputRefused([address])
        content, sum_file = await self._lists.fetch(address, on_sent=lambda: on_asked(self._clock()))
        check_sum(content, sum_file=sum_file)
        return find_news(parse_releases(content), own=self.own, computer=self.computer)

    async def look_by_itself(
        self, settings: UpdateSettings, *, on_asked: Callable[[datetime], None]
    ) -> News | None:
        """What is worth telling unasked, ``None`` for nothing. Whatever goes wrong is in the log alone.

        Nothing is asked where that is switched off or no address is known, within a day of the last time,
        or where the keyring would have to be unlocked for it.
        """
        address = address_in_use(settings, packaged=self.packaged)
        if not (settings.is_on and address and is_due(settings, now=self._clock())):
            return None
        if self._lists.needs_keyring:
            return None
        try:
            news = await self.look(settings, on_asked=on_asked)
        except VoiceCloneError as error:
            logger.info("Looked for a newer version: %s", error)
            return None
        newest = news.release or news.unfit
        logger.info("Looked for a newer version: %s, this is %s", newest and newest.version, self.own)
        if news.release is None or is_dismissed(news.release, settings):
            return None
        return news


def this_computer() -> Computer:
    """The computer that the program runs on, in the words of the list."""
    machine = platform.machine().lower()
    return Computer(system=_SYSTEMS.get(sys.platform, sys.platform), machine=_MACHINES.get(machine, machine))

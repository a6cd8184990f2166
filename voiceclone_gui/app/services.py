"""The parts that need time to load or to start, each made when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import PracticeServiceFailed
from voiceclone_gui.core.ports import Clock
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
from voiceclone_gui.services.connection import Connected
from voiceclone_gui.services.prepare_sample import SamplePreparation
from voiceclone_gui.storage.library import Library
from voiceclone_gui.storage.paths import DataFolder

if TYPE_CHECKING:
    from voiceclone_gui.api.client import ServiceClient
    from voiceclone_gui.api.network import HttpClient
    from voiceclone_gui.practice.server import PracticeServer


class LateServices:
    """The HTTP client and the practice service: made at the first use, closed at the end."""

    def __init__(self, *, folder: DataFolder) -> None:
        self._folder = folder
        self._guard = asyncio.Lock()
        self._http: HttpClient | None = None
        self._practice: PracticeServer | None = None

    async def start_practice(self) -> tuple[str, Token]:
        """Address and token of the practice service. Raises ``PracticeServiceFailed``."""
        async with self._guard:
            if self._practice is None:
                self._practice = await asyncio.to_thread(self._started_practice)
            return self._practice.base_url, Token(self._practice.token)

    async def make_client(self, address: ServiceAddress, token: Token) -> ServiceClient:
        """A client for a service; all share one HTTP client."""
        from voiceclone_gui.api.client import ServiceClient
        from voiceclone_gui.api.network import open_http_client

        async with self._guard:
            if self._http is None:
                self._http = await open_http_client()
        return ServiceClient(http=self._http, address=address, token=token)

    async def aclose(self) -> None:
        """Close what was made."""
        if self._http is not None:
            await self._http.aclose()
        if self._practice is not None:
            await asyncio.to_thread(self._practice.stop)

    def _started_practice(self) -> PracticeServer:
        try:
            from voiceclone_gui.practice.server import PracticeServer
        except ImportError as error:
            raise PracticeServiceFailed("practice-no-start", reason=str(error)) from error
        server = PracticeServer(state_dir=self._folder.practice)
        try:
            server.start()
        except BaseException:
            server.stop()
            raise
        return server


class WindowCloner:
    """Makes voices at whichever service is connected, with the record opened at the first need."""

    def __init__(
        self, *, preparation: SamplePreparation, library: Library, catalog: Catalog, clock: Clock
    ) -> None:
        self._preparation = preparation
        self._library = library
        self._catalog = catalog
        self._clock = clock

    async def clone(
        self, order: CloneOrder, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Run ``order`` to its end; errors are those of :meth:`CloneVoice.run`."""
        use_case = CloneVoice(
            service=connected.service,
            preparation=self._preparation,
            records=self._library,
            catalog=self._catalog,
            clock=self._clock,
        )
        return await use_case.run(order, on_event=on_event)

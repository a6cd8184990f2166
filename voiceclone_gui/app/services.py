"""The parts that need time to load or to start, each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from voiceclone_gui.core.errors import PracticeServiceFailed
from voiceclone_gui.core.token import Token

if TYPE_CHECKING:
    import asyncio

    from voiceclone_gui.api.client import ServiceClient
    from voiceclone_gui.api.network import HttpClient
    from voiceclone_gui.audio.worker import AudioWorker
    from voiceclone_gui.core.address import ServiceAddress
    from voiceclone_gui.core.catalog import Catalog
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.practice.server import PracticeServer
    from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
    from voiceclone_gui.services.clone_voice import CloneOrder
    from voiceclone_gui.services.connection import Connected
    from voiceclone_gui.services.prepare_sample import SamplePreparation
    from voiceclone_gui.storage.library import Library
    from voiceclone_gui.storage.paths import DataFolder

T = TypeVar("T")


class LateServices:
    """The data folder, the library, the HTTP client and the practice service.

    The last two are closed here, the library by whoever opens it.
    """

    def __init__(self, *, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._http: HttpClient | None = None
        self._practice: PracticeServer | None = None

    @cached_property
    def folder(self) -> DataFolder:
        """Where everything lies."""
        from voiceclone_gui.storage.paths import DataFolder

        return DataFolder(root=self._data_dir.absolute()) if self._data_dir else DataFolder.default()

    @cached_property
    def library(self) -> Library:
        """The record of voices, not opened yet; the caller closes it."""
        from voiceclone_gui.storage.library import Library

        return Library(path=self.folder.library, voices_folder=self.folder.voices)

    async def start_practice(self) -> tuple[str, Token]:
        """Address and token of the practice service. Raises ``PracticeServiceFailed``."""
        import asyncio

        async with self._guard:
            if self._practice is None:
                self._practice = await asyncio.to_thread(self._started_practice)
            return self._practice.base_url, Token(self._practice.token)

    async def make_client(self, address: ServiceAddress, token: Token) -> ServiceClient:
        """A client for a service; all share one HTTP client."""
        import asyncio

        async with self._guard:
            if self._http is None:
                await asyncio.to_thread(load_late_parts)
                from voiceclone_gui.api.network import open_http_client

                self._http = await open_http_client()
        from voiceclone_gui.api.client import ServiceClient

        return ServiceClient(http=self._http, address=address, token=token)

    async def aclose(self) -> None:
        """Close the HTTP client and the practice service, where they were made."""
        import asyncio

        if self._http is not None:
            await self._http.aclose()
        if self._practice is not None:
            await asyncio.to_thread(self._practice.stop)

    @cached_property
    def _guard(self) -> asyncio.Lock:
        import asyncio

        return asyncio.Lock()

    def _started_practice(self) -> PracticeServer:
        try:
            from voiceclone_gui.practice.server import PracticeServer
        except ImportError as error:
            raise PracticeServiceFailed("practice-no-start", reason=str(error)) from error
        server = PracticeServer(state_dir=self.folder.practice)
        try:
            server.start()
        except BaseException:
            server.stop()
            raise
        return server


def load_late_parts() -> None:
    """Load what a clone needs before it is needed: for a thread, while nobody waits for it."""
    from PySide6 import QtMultimedia

    from voiceclone_gui.api import client
    from voiceclone_gui.api.network import load_http
    from voiceclone_gui.audio import waveform
    from voiceclone_gui.services import clone_voice

    load_http()
    del QtMultimedia, client, clone_voice, waveform


class LateWorker:
    """The audio process; what talks to it is loaded when it is first needed."""

    def start(self) -> None:
        """Begin to start the process, and return at once."""
        self._worker.start()

    async def run(
        self,
        job: Callable[..., T],
        /,
        *args: object,
        timeout_s: float,
        on_progress: Callable[[object], None] | None = None,
    ) -> T:
        """The result of ``job(*args)``, as :meth:`AudioWorker.run` gives it."""
        return await self._worker.run(job, *args, timeout_s=timeout_s, on_progress=on_progress)

    async def aclose(self) -> None:
        """Kill what runs, and return when it is gone."""
        await self._worker.aclose()

    @cached_property
    def _worker(self) -> AudioWorker:
        from voiceclone_gui.audio.worker import AudioWorker

        return AudioWorker()


class WindowCloner:
    """Makes voices at whichever service is connected, on the record that ``library`` gives."""

    def __init__(
        self,
        *,
        preparation: SamplePreparation,
        library: Callable[[], Library],
        catalog: Catalog,
        clock: Clock,
    ) -> None:
        self._preparation = preparation
        self._library = library
        self._catalog = catalog
        self._clock = clock

    async def clone(
        self, order: CloneOrder, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Run ``order`` to its end; errors are those of :meth:`CloneVoice.run`."""
        from voiceclone_gui.services.clone_voice import CloneVoice

        use_case = CloneVoice(
            service=connected.service,
            preparation=self._preparation,
            records=self._library(),
            catalog=self._catalog,
            clock=self._clock,
        )
        return await use_case.run(order, on_event=on_event)

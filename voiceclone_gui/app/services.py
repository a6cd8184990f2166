"""The parts that need time to load or to start, each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from voiceclone_gui.core.errors import PracticeServiceFailed
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode
from voiceclone_gui.core.token import Token

if TYPE_CHECKING:
    import asyncio

    from voiceclone_gui.api.client import ServiceClient
    from voiceclone_gui.api.service_clients import ServiceClients
    from voiceclone_gui.audio.worker import AudioWorker
    from voiceclone_gui.core.address import ServiceAddress
    from voiceclone_gui.core.catalog import Catalog
    from voiceclone_gui.core.job import CloneJob
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.core.problems import Problem
    from voiceclone_gui.core.recovery import Recovery
    from voiceclone_gui.practice.server import PracticeServer
    from voiceclone_gui.services.clone_events import CloneEvent, CloneResult
    from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
    from voiceclone_gui.services.connection import Connected
    from voiceclone_gui.services.outgoing import OutgoingSamples
    from voiceclone_gui.services.proxy_in_use import ProxyInUse
    from voiceclone_gui.storage.job_inputs import JobFolders
    from voiceclone_gui.storage.library import Library
    from voiceclone_gui.storage.paths import DataFolder
    from voiceclone_gui.storage.shelf import FileShelf

T = TypeVar("T")


class LateServices:
    """The data folder, the library, the clients of services and the practice service.

    The last two are closed here, the library by whoever opens it. ``proxy`` gives what calls go through;
    ``on_recovery`` is told when the library was damaged and came back.
    """

    def __init__(
        self,
        *,
        data_dir: Path | None,
        proxy: Callable[[], ProxyInUse],
        on_recovery: Callable[[Recovery], None],
    ) -> None:
        self._data_dir = data_dir
        self._on_recovery = on_recovery
        self._proxy = proxy
        self._clients: ServiceClients | None = None
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

        return Library(
            path=self.folder.library, voices_folder=self.folder.voices, on_recovery=self._on_recovery
        )

    @cached_property
    def job_folders(self) -> JobFolders:
        """What jobs send, kept until they are over."""
        from voiceclone_gui.storage.job_inputs import JobFolders

        return JobFolders(folder=self.folder.jobs)

    @cached_property
    def shelf(self) -> FileShelf:
        """Samples as they are sent."""
        from voiceclone_gui.storage.shelf import FileShelf

        return FileShelf(folder=self.folder.outgoing)

    async def start_practice(self) -> tuple[str, Token]:
        """Address and token of the practice service. Raises ``PracticeServiceFailed``."""
        import asyncio

        async with self._guard:
            if self._practice is None:
                self._practice = await asyncio.to_thread(self._started_practice)
            return self._practice.base_url, Token(self._practice.token)

    async def make_client(self, address: ServiceAddress, token: Token) -> ServiceClient:
        """A client for a service, by the proxy that is chosen now.

        Raises ``KeyringFailed`` where the proxy's password can't be had, ``NotConnected`` for its address.
        """
        import asyncio

        async with self._guard:
            if self._clients is None:
                await asyncio.to_thread(load_late_parts)
                from voiceclone_gui.api.service_clients import ServiceClients

                self._clients = ServiceClients()
        # The practice service is on this computer: for it no keyring has to be unlocked.
        is_practice = self._practice is not None and address.root == self._practice.base_url
        proxy = ProxyChoice(mode=ProxyMode.NONE) if is_practice else await self._proxy().choice()
        return await self._clients.make(address=address, token=token, proxy=proxy)

    async def aclose(self) -> None:
        """Close the connections and the practice service, where they were made."""
        import asyncio

        if self._clients is not None:
            await self._clients.aclose()
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

    from voiceclone_gui.api import service_clients
    from voiceclone_gui.api.network import load_http
    from voiceclone_gui.audio import waveform
    from voiceclone_gui.services import clone_voice
    from voiceclone_gui.ui.widgets import sample_editor

    load_http()
    del QtMultimedia, clone_voice, sample_editor, service_clients, waveform


def find_certificate_problem() -> Problem | None:
    """What is wrong with the certificates that the environment names: for a thread."""
    from voiceclone_gui.api.certificates import certificate_problem

    return certificate_problem()


class LateWorker:
    """The audio process; what talks to it is loaded when it is first needed."""

    @cached_property
    def second(self) -> LateWorker:
        """Another process, started with its first job, for what others shouldn't wait for."""
        return LateWorker()

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
        """Kill what runs, in both processes, and return when it is gone."""
        if "second" in vars(self):
            await self.second.aclose()
        await self._worker.aclose()

    @cached_property
    def _worker(self) -> AudioWorker:
        from voiceclone_gui.audio.worker import AudioWorker

        return AudioWorker()


class WindowCloner:
    """Makes voices at whichever service is connected, on the record of ``late``."""

    def __init__(
        self,
        *,
        samples: Callable[[], OutgoingSamples],
        late: LateServices,
        catalog: Catalog,
        clock: Clock,
    ) -> None:
        self._samples = samples
        self._late = late
        self._catalog = catalog
        self._clock = clock

    async def clone(
        self, order: CloneOrder, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Run ``order`` to its end; errors are those of :meth:`CloneVoice.run`."""
        return await self._use_case(connected).run(order, on_event=on_event)

    async def ask_again(
        self, job: CloneJob, *, connected: Connected, on_event: Callable[[CloneEvent], None]
    ) -> CloneResult:
        """Send the request of ``job`` once more; errors are those of :meth:`CloneVoice.ask_again`."""
        return await self._use_case(connected).ask_again(job, on_event=on_event)

    def _use_case(self, connected: Connected) -> CloneVoice:
        from voiceclone_gui.services.clone_voice import CloneVoice

        return CloneVoice(
            service=connected.service,
            samples=self._samples(),
            records=self._late.library,
            inputs=self._late.job_folders,
            catalog=self._catalog,
            clock=self._clock,
        )

"""The ``clone`` command: its parts put together, and its end whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import open_http_client
from voiceclone_gui.arguments import CloneOptions
from voiceclone_gui.audio.worker import AudioWorker
from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.cost import estimate_preview
from voiceclone_gui.core.errors import InputRefused, StorageFailed, VoiceCloneError
from voiceclone_gui.core.prices import prices_in_use
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.request import RightsStatement
from voiceclone_gui.core.sample import SampleChoice
from voiceclone_gui.core.token import Token
from voiceclone_gui.practice.server import PracticeServer
from voiceclone_gui.services.clone_events import CloneResult
from voiceclone_gui.services.clone_voice import CloneOrder, CloneVoice
from voiceclone_gui.services.outgoing import OutgoingSamples
from voiceclone_gui.services.prepare_sample import SamplePreparation
from voiceclone_gui.storage.files import check_writable, write_atomic
from voiceclone_gui.storage.job_inputs import JobFolders
from voiceclone_gui.storage.library import Library
from voiceclone_gui.storage.paths import DataFolder
from voiceclone_gui.storage.settings_file import SettingsFile
from voiceclone_gui.storage.shelf import FileShelf
from voiceclone_gui.terminal import CloneReport

TERMINAL_RIGHTS_TEXT = "terminal-2026-11"


@dataclass(frozen=True, kw_only=True)
class ConnectedService:
    """A service that can be called; ``name`` is the same at every start of the program."""

    client: ServiceClient
    name: str
    is_practice: bool


def clone_in_terminal(options: CloneOptions, *, token: Token, catalog: Catalog) -> int:
    """Do the ``clone`` command from beginning to end; returns the exit code."""
    report = CloneReport()
    try:
        return asyncio.run(_clone(options, token=token, catalog=catalog, report=report))
    except VoiceCloneError as error:
        return report.show_error(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return report.show_cancelled()
    finally:
        report.close_bar()


async def _clone(options: CloneOptions, *, token: Token, catalog: Catalog, report: CloneReport) -> int:
    _end_politely_on_sigterm()
    folder = DataFolder(root=options.data_dir.absolute()) if options.data_dir else DataFolder.default()
    _check_out(options)
    async with AsyncExitStack() as parts:
        folder.make()
        library = Library(path=folder.library, voices_folder=folder.voices, on_recovery=report.show_recovery)
        parts.push_async_callback(library.aclose)
        await library.open()
        worker = AudioWorker()
        parts.push_async_callback(worker.aclose)
        worker.start()
        service = await parts.enter_async_context(_connect(options, token=token, folder=folder))
        use_case = CloneVoice(
            service=service.client,
            samples=OutgoingSamples(
                preparation=SamplePreparation(worker=worker),
                worker=worker,
                shelf=FileShelf(folder=folder.outgoing),
            ),
            records=library,
            inputs=JobFolders(folder=folder.jobs),
            catalog=catalog,
            clock=_now,
        )
        prices = _prices(folder, catalog=catalog, report=report)
        order = CloneOrder(
            recording=SampleChoice(
                path=options.recording.absolute(), span=options.span, channels=options.channels
            ),
            prompt_clip=SampleChoice(path=options.prompt_audio.absolute()) if options.prompt_audio else None,
            fields=options.fields,
            rights=RightsStatement(stated_at=_now(), text_version=TERMINAL_RIGHTS_TEXT),
            profile_id=options.profile_id,
            service=service.name,
            cost=estimate_preview(
                text=options.fields.text,
                model_id=options.fields.model,
                profile_id=options.profile_id,
                catalog=catalog,
                prices=prices,
            ),
        )
        result = await use_case.run(order, on_event=report.show)
        result = await asyncio.to_thread(_copy_preview, result, options)
        return report.show_result(result, stand_in=service.is_practice)


@asynccontextmanager
async def _connect(
    options: CloneOptions, *, token: Token, folder: DataFolder
) -> AsyncIterator[ConnectedService]:
    async with AsyncExitStack() as parts:
        is_practice = options.profile_id == "practice"
        base_url = options.base_url
        if is_practice:
            server = PracticeServer(state_dir=folder.practice)
            parts.push_async_callback(asyncio.to_thread, server.stop)
            await asyncio.to_thread(server.start)
            base_url, token = server.base_url, Token(server.token)
        address = parse_address(base_url, options.prefix)
        if isinstance(address, Problem):
            raise InputRefused([address])
        problem = token.problem()
        if problem is not None:
            raise InputRefused([problem])
        http = await parts.enter_async_context(await open_http_client())
        yield ConnectedService(
            client=ServiceClient(http=http, address=address, token=token),
            name="practice" if is_practice else _service_name(address),
            is_practice=is_practice,
        )


def _prices(folder: DataFolder, *, catalog: Catalog, report: CloneReport) -> Mapping[str, PriceTable]:
    """The prices in use, for the record of what was spent."""
    settings, problem = SettingsFile(path=folder.settings).read()
    if problem is not None:
        report.say(f"Note: {problem}")
    return prices_in_use(catalog=catalog, settings=settings)


def _service_name(address: ServiceAddress) -> str:
    return address.root + address.prefix


def _check_out(options: CloneOptions) -> None:
    """Refuse a place for the preview that can't work, before anything is made or paid."""
    if options.out is None:
        return
    for source in (options.recording, options.prompt_audio):
        if source is not None and options.out.exists() and source.exists() and options.out.samefile(source):
            raise StorageFailed("storage-exists", path=str(options.out))
    check_writable(options.out)


def _copy_preview(result: CloneResult, options: CloneOptions) -> CloneResult:
    if options.out is None or result.preview is None:
        return result
    try:
        write_atomic(options.out, result.preview.read_bytes())
    except StorageFailed as error:
        return dataclasses.replace(result, preview_error=error)
    return dataclasses.replace(result, preview=options.out)


def _end_politely_on_sigterm() -> None:
    task = asyncio.current_task()
    if task is not None:
        # Windows has no such handlers; there a closed console ends the process.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _now() -> datetime:
    return datetime.now(UTC)

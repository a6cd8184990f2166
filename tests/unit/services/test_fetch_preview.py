"""A lost preview is fetched again by its link: free of charge, and the voice stays as it is."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.speaking_service import FakeSpeakingService, add_made_voice
from voiceclone_gui.core.errors import (
    ConnectionLost,
    NotConnected,
    PreviewUnavailable,
    ServiceTrouble,
    StorageFailed,
    VoiceCloneError,
)
from voiceclone_gui.core.job import JobState
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.fetch_preview import FetchPreview, is_link_dead
from voiceclone_gui.services.preview_events import Fetched, PreviewEvent, PreviewWaits
from voiceclone_gui.storage.library import Library


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


class Bench:
    """A use case with a fake service, a real library, and no waiting between repeats."""

    def __init__(self, *, library: Library, voice: Voice) -> None:
        self.library = library
        self.voice = voice
        self.service = FakeSpeakingService()
        self.events: list[PreviewEvent] = []
        self.use_case = FetchPreview(service=self.service, records=library, sleep=at_once)

    async def run(self) -> Voice:
        return await self.use_case.run(self.voice, on_event=self.events.append)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    library = Library(path=tmp_path / "library.sqlite3", voices_folder=tmp_path / "voices")
    await library.open()
    yield Bench(library=library, voice=await add_made_voice(library))
    await library.aclose()


async def test_it_comes_by_the_very_link_and_is_the_voices_preview(bench: Bench) -> None:
    found = await bench.run()
    assert bench.service.links == ["https://oss.example/x.mp3?Expires=1&Signature=a%2Fb"]
    assert bench.service.spoken == []
    assert await bench.library.voices() == (found,)
    assert Path(found.preview_file).read_bytes() == b"ID3 fetched"
    assert found.kept_at is None
    (job,) = await bench.library.jobs()
    assert job.state is JobState.PREVIEW_SAVED
    assert bench.events == [Fetched(done_bytes=3, total_bytes=9)]
    assert await bench.library.syntheses() == ()


@pytest.mark.parametrize(
    ("moved_to", "link", "followed"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:8/demo/x.mp3?a=%2F", "http://127.0.0.1:9/demo/x.mp3?a=%2F"),
        ("http://127.0.0.1:9", "", ""),
        ("http://127.0.0.1:9", "nonsense", "nonsense"),
        ("", "https://oss.example/x?a=b//c", "https://oss.example/x?a=b//c"),
    ],
)
async def test_a_link_follows_the_service_that_has_moved(
    bench: Bench, moved_to: str, link: str, followed: str
) -> None:
    voice = await add_made_voice(bench.library, link=link, job_id="j2")
    use_case = FetchPreview(service=bench.service, records=bench.library, moved_to=moved_to)
    await use_case.run(voice, on_event=bench.events.append)
    assert bench.service.links == [followed]


async def test_it_is_tried_again_while_it_may_get_better(bench: Bench) -> None:
    busy = ServiceTrouble("service-trouble", status=503)
    busy.http_status = 503
    bench.service.errors = [busy, ConnectionLost("connection-lost", host="h")]
    await bench.run()
    assert len(bench.service.links) == 3
    assert [e.error.code for e in bench.events if isinstance(e, PreviewWaits)] == [
        "service-trouble",
        "connection-lost",
    ]


@pytest.mark.parametrize(
    ("error", "code", "is_dead"),
    [
        (PreviewUnavailable("preview-empty"), "preview-empty", True),
        (PreviewUnavailable("preview-expired"), "preview-expired", True),
        (PreviewUnavailable("preview-bad-link"), "preview-bad-link", True),
        (PreviewUnavailable("preview-not-https"), "preview-not-https", True),
        (PreviewUnavailable("preview-too-big", limit_mb=64), "preview-too-big", True),
        (PreviewUnavailable("preview-truncated"), "preview-truncated", False),
        (PreviewUnavailable("preview-not-audio"), "preview-not-audio", False),
        (PreviewUnavailable("preview-redirects"), "preview-redirects", False),
        (NotConnected("connect-dns", host="h"), "preview-connection", False),
    ],
    ids=lambda value: getattr(value, "code", None),
)
async def test_what_fails_leaves_the_voice_as_it_was(
    bench: Bench, error: VoiceCloneError, code: str, is_dead: bool
) -> None:
    bench.service.errors = [error]
    with pytest.raises(PreviewUnavailable) as caught:
        await bench.run()
    assert caught.value.code == code
    assert is_link_dead(code) == is_dead
    assert "voice is made" in caught.value.title
    assert await bench.library.voices() == (bench.voice,)
    assert len(bench.service.links) == 1


async def test_a_cancel_changes_nothing(bench: Bench) -> None:
    bench.service.hold = "download"
    running = asyncio.ensure_future(bench.run())
    await asyncio.wait_for(bench.service.held.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await bench.library.voices() == (bench.voice,)


async def test_what_can_not_be_saved_is_said(bench: Bench, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "voices")
    (tmp_path / "voices").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed):
        await bench.run()
    assert await bench.library.voices() == (bench.voice,)

"""The use case: a preview that was lost on its way is fetched again, which costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from voiceclone_gui.api.retry import Step
from voiceclone_gui.core.answers import Preview
from voiceclone_gui.core.errors import PreviewUnavailable, ServiceError, VoiceCloneError
from voiceclone_gui.core.ports import PreviewRecords, SpeakingService
from voiceclone_gui.core.voice import Voice
from voiceclone_gui.services.preview_events import Fetched, PreviewEvent, PreviewWaits
from voiceclone_gui.services.repeat import with_repeats

# A link that failed so won't work another time.
_DEAD_LINK = {"preview-empty", "preview-expired", "preview-bad-link", "preview-not-https", "preview-too-big"}


def is_link_dead(code: str) -> bool:
    """Whether an error of that code says that the preview's link will never bring it again."""
    return code in _DEAD_LINK


class FetchPreview:
    """Loads the preview of a made voice by the link that its clone gave.

    ``moved_to`` is scheme, host and port where the links lead by now, ``""`` where they stay as they are.
    """

    def __init__(
        self,
        *,
        service: SpeakingService,
        records: PreviewRecords,
        moved_to: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._service = service
        self._records = records
        self._moved_to = moved_to
        self._sleep = sleep

    async def run(self, voice: Voice, *, on_event: Callable[[PreviewEvent], None]) -> Voice:
        """Fetch it, and give the voice with its ``preview_file``.

        Raises ``PreviewUnavailable``, or ``StorageFailed`` where it can't be saved. The voice stays as it is
        then, and so it does when this is cancelled.
        """
        job = await self._records.job(voice.job_id)
        link = self._link_now(job.demo_audio if job is not None else "")

        def call() -> Awaitable[Preview]:
            return self._service.download_preview(
                link,
                on_progress=lambda done, total: on_event(Fetched(done_bytes=done, total_bytes=total)),
            )

        def wait(wait_s: float, error: VoiceCloneError, skip: Callable[[], None]) -> None:
            on_event(PreviewWaits(wait_s=wait_s, error=error, skip=skip))

        try:
            preview = await with_repeats(call, step=Step.DOWNLOAD, on_wait=wait, sleep=self._sleep)
        except ServiceError as error:
            raise PreviewUnavailable(
                "preview-connection", reason=error.title, trace_id=voice.trace_id
            ) from error
        return await self._records.take_preview(voice, preview)

    def _link_now(self, link: str) -> str:
        # The rest of it byte for byte: it is signed.
        after_host = link.split("/", 3)[3:]
        return f"{self._moved_to}/{after_host[0]}" if self._moved_to and after_host else link

"""A service that remembers files and voices, does what its fates say, and dies or is cancelled where they do."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from voiceclone_gui.core.answers import CloneAnswer, ListedVoice, Preview, UploadedFile
from voiceclone_gui.core.errors import (
    AnswerUnreadable,
    ConnectionLost,
    NotConnected,
    RequestRefused,
    ServiceTrouble,
    SlowDown,
    VoiceCloneError,
    VoiceIdTaken,
    WrongAddress,
)
from voiceclone_gui.core.request import CloneFields
from voiceclone_gui.core.sample import FileStamp, Purpose


class Fate(StrEnum):
    """What becomes of one call. Those that are *done* are worked on all the same."""

    FINE = "fine"
    UNREACHED = "unreached"
    REFUSED = "refused"
    SLOW_DOWN = "slow-down"
    TROUBLE = "trouble"
    TROUBLE_DONE = "trouble-done"
    LOST = "lost"
    LOST_DONE = "lost-done"
    LOST_LATE = "lost-late"
    UNREADABLE_DONE = "unreadable-done"
    PAGE = "page"
    PAGE_DONE = "page-done"
    STALE = "stale"
    CANCELLED_UNSENT = "cancelled-unsent"
    CANCELLED = "cancelled"
    CANCELLED_DONE = "cancelled-done"


_DONE = {
    Fate.FINE,
    Fate.TROUBLE_DONE,
    Fate.LOST_DONE,
    Fate.UNREADABLE_DONE,
    Fate.PAGE_DONE,
    Fate.CANCELLED_DONE,
}
# After these the service has said, or it is plain, that nothing was made (contract, section 6).
_SURELY_NOT = {Fate.UNREACHED, Fate.REFUSED, Fate.SLOW_DOWN, Fate.STALE, Fate.CANCELLED_UNSENT}


class Killed(BaseException):
    """The process has ended here: nothing that it would still do is done."""


@dataclass
class RememberingService:
    """``fates`` are the calls' to come; without one a call is fine. ``calls`` tells what each one was.

    A clone request is told with whether it can have made something. Somebody else's voices are in
    ``strangers``. Work that is done too late waits in ``late``.
    """

    fates: list[Fate] = field(default_factory=list)
    files: dict[int, tuple[str, Purpose]] = field(default_factory=dict)
    voices: list[str] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    late: list[str] = field(default_factory=list)
    uploads: list[tuple[str, Purpose]] = field(default_factory=list)
    clone_calls: list[tuple[str, bool]] = field(default_factory=list)
    _next_file_id: int = 2**53

    def forget_files(self) -> None:
        """As if their time had passed."""
        self.files.clear()

    def work_off(self) -> None:
        """Do what was still waiting to be done."""
        for voice_id in self.late:
            if not self._is_taken(voice_id):
                self.voices.append(voice_id)
        self.late.clear()

    async def upload(
        self,
        path: Path,
        *,
        stamp: FileStamp,
        extension: str,
        purpose: Purpose,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> UploadedFile:
        fate = self._fate()
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self.uploads.append((sha256, purpose))
        if fate in _DONE:
            self._next_file_id += 1
            self.files[self._next_file_id] = (sha256, purpose)
        _end(fate)
        return UploadedFile(file_id=self._next_file_id)

    async def clone(
        self,
        fields: CloneFields,
        *,
        file_id: int,
        prompt_file_id: int | None = None,
        on_sent: Callable[[], None] | None = None,
    ) -> CloneAnswer:
        fate = self._fate()
        voice_id = fields.voice_id
        try:
            if fate not in {Fate.UNREACHED, Fate.CANCELLED_UNSENT} and on_sent is not None:
                on_sent()
            if fate in _DONE | {Fate.LOST_LATE}:
                refusal = self._refusal(voice_id, (file_id, prompt_file_id))
                if refusal is not None:
                    fate = Fate.REFUSED if fate is Fate.FINE else fate
                    if fate is Fate.REFUSED:
                        raise refusal
                elif fate is Fate.LOST_LATE:
                    self.late.append(voice_id)
                else:
                    self.voices.append(voice_id)
            _end(fate)
        finally:
            self.clone_calls.append((voice_id, fate not in _SURELY_NOT))
        return CloneAnswer(demo_audio="https://oss.example/x.mp3" if fields.text else "", trace_id="t" * 32)

    async def download_preview(
        self, url: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Preview:
        _end(self._fate())
        return Preview(content=b"ID3abc", kind="mp3")

    async def get_voices(self) -> tuple[ListedVoice, ...]:
        """Only those that were used; a stranger's aren't ours to see."""
        return tuple(ListedVoice(voice_id=v) for v in self.voices if v in self.used)

    def _fate(self) -> Fate:
        return self.fates.pop(0) if self.fates else Fate.FINE

    def _is_taken(self, voice_id: str) -> bool:
        return voice_id in self.voices or voice_id in self.strangers

    def _refusal(self, voice_id: str, file_ids: tuple[int | None, ...]) -> VoiceCloneError | None:
        if any(file_id is not None and file_id not in self.files for file_id in file_ids):
            return RequestRefused("service-20132", service_code=20132)
        return VoiceIdTaken("service-2039", service_code=2039) if self._is_taken(voice_id) else None


def _end(fate: Fate) -> None:
    """Raise what the caller sees of a fate."""
    if fate in {Fate.CANCELLED_UNSENT, Fate.CANCELLED, Fate.CANCELLED_DONE}:
        raise asyncio.CancelledError
    page = WrongAddress("wrong-address", url="https://api.example/v1/voice_clone")
    page.http_status = 200
    errors: dict[Fate, VoiceCloneError] = {
        Fate.UNREACHED: NotConnected("connect-dns", host="api.example"),
        Fate.REFUSED: RequestRefused("service-2013", service_code=2013),
        Fate.SLOW_DOWN: SlowDown("slow-down"),
        Fate.TROUBLE: ServiceTrouble("service-1013", service_code=1013),
        Fate.TROUBLE_DONE: ServiceTrouble("service-1013", service_code=1013),
        Fate.LOST: ConnectionLost("connection-lost", host="api.example"),
        Fate.LOST_DONE: ConnectionLost("connection-lost", host="api.example"),
        Fate.LOST_LATE: ConnectionLost("read-timeout", host="api.example"),
        Fate.UNREADABLE_DONE: AnswerUnreadable("answer-unreadable", host="api.example", reason="it is empty"),
        Fate.PAGE: page,
        Fate.PAGE_DONE: page,
        Fate.STALE: RequestRefused("service-20132", service_code=20132),
    }
    if fate in errors:
        raise errors[fate]


@dataclass
class Guillotine:
    """Kills the process in its next but ``left`` step; ``None`` lets it live. Who is dead stays so."""

    left: int | None = None

    def step(self) -> None:
        """One step of the process."""
        if self.left is None:
            return
        if self.left <= 0:
            raise Killed
        self.left -= 1


class Mortal:
    """Stands before ``target``; each of its calls has a step of the process before and after it."""

    def __init__(self, target: object, *, guillotine: Guillotine) -> None:
        self._target = target
        self._guillotine = guillotine

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        call = getattr(self._target, name)

        async def mortal(*args: object, **values: object) -> object:
            self._guillotine.step()
            result = await call(*args, **values)
            self._guillotine.step()
            return result

        return mortal

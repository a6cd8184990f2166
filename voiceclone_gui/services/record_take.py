"""Recording: what a microphone hears is measured, converted and written down in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from voiceclone_gui.core.disk_failures import storage_failure
from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.microphone import TAKE_BYTES_PER_S, Level, SoundFormat, Take
from voiceclone_gui.storage.recordings import Recordings, TakeFile

if TYPE_CHECKING:
    from voiceclone_gui.audio.microphone_sound import MicrophoneSound

log = logging.getLogger(__name__)

_END_LIMIT_S = 10.0


class TakePhase(StrEnum):
    """What is done with what is heard."""

    IDLE = "idle"
    RECORDING = "recording"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True)
class TakeProgress:
    """How far a take is. ``takes`` are those that are finished, the newest last; ``failure`` is why the
    last one ended, never began or couldn't be settled, ``None`` where nothing went wrong. ``settled`` are
    the takes that were kept, once it is decided about all; ``None`` before. ``is_full``: the last take ended
    by itself, because it was as long as may be.
    """

    phase: TakePhase = TakePhase.IDLE
    recorded_s: float = 0.0
    takes: tuple[Take, ...] = ()
    failure: StorageFailed | None = None
    settled: tuple[Take, ...] | None = None
    is_full: bool = False


class TakeRecorder:
    """Takes sound from whoever has a microphone; every method but :meth:`close` returns at once.

    What is asked for is done in the order in which it was asked, sound included: a take begins and ends
    exactly between two pieces of it. ``progress`` may be read at any time.
    """

    def __init__(self, *, recordings: Recordings) -> None:
        self.progress = TakeProgress()
        self._recordings = recordings
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._levels: deque[Level] = deque()
        self._sound: MicrophoneSound | None = None
        self._file: TakeFile | None = None
        self._limit_bytes = 0
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def listen(self, sound_format: SoundFormat) -> None:
        """From now on the sound is of another microphone; a take goes on with it."""
        self._work.put(lambda: self._listen(sound_format))

    def hear(self, raw: bytes) -> None:
        """The next piece of sound."""
        self._work.put(lambda: self._hear(raw))

    def begin(self, *, limit_s: float) -> None:
        """Begin a take, which ends by itself at ``limit_s``."""
        self._work.put(lambda: self._begin(limit_s))

    def pause(self) -> None:
        """Write nothing down for a while."""
        self._work.put(lambda: self._turn(TakePhase.RECORDING, TakePhase.PAUSED))

    def resume(self) -> None:
        """Go on with the take."""
        self._work.put(lambda: self._turn(TakePhase.PAUSED, TakePhase.RECORDING))

    def finish(self) -> None:
        """End the take."""
        self._work.put(self._finish)

    def settle(self, *, keeps: bool) -> None:
        """End the take, and keep all takes under their final names or throw all of them away."""
        self._work.put(lambda: self._settle(keeps))

    def taken_level(self) -> Level:
        """The level of all that was heard since the last call."""
        pieces = []
        while self._levels:
            pieces.append(self._levels.popleft())
        return Level.of_all(pieces)

    def close(self) -> None:
        """End the take and the thread; waits for both."""
        self._work.put(self._finish)
        self._work.put(None)
        self._thread.join(_END_LIMIT_S)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except StorageFailed as failure:
                self._fail(failure)
            except Exception as error:
                # Whatever it was, who records is told, and what comes later is still done.
                log.exception("a take ended by a fault of ours")
                cause = error if isinstance(error, OSError) else OSError(type(error).__name__)
                self._fail(storage_failure(self._recordings.folder, cause))

    def _listen(self, sound_format: SoundFormat) -> None:
        from voiceclone_gui.audio.microphone_sound import MicrophoneSound

        self._write_rest()
        self._sound = MicrophoneSound(sound_format=sound_format)

    def _hear(self, raw: bytes) -> None:
        if self._sound is None:
            return
        samples, level = self._sound.convert(raw)
        self._levels.append(level)
        if self.progress.phase is TakePhase.RECORDING:
            self._write(samples)

    def _begin(self, limit_s: float) -> None:
        self._finish()
        self._limit_bytes = round(limit_s * TAKE_BYTES_PER_S) // 2 * 2
        self.progress = replace(self.progress, recorded_s=0.0, failure=None, is_full=False)
        self._file = self._recordings.begin()
        self.progress = replace(self.progress, phase=TakePhase.RECORDING)

    def _turn(self, before: TakePhase, after: TakePhase) -> None:
        if self.progress.phase is before:
            self.progress = replace(self.progress, phase=after)

    def _write(self, samples: bytes) -> None:
        if self._file is None:
            return
        room_bytes = self._limit_bytes - round(self._file.duration_s * TAKE_BYTES_PER_S)
        self._file.write(samples[:room_bytes])
        self.progress = replace(self.progress, recorded_s=self._file.duration_s)
        if len(samples) >= room_bytes:
            self.progress = replace(self.progress, is_full=True)
            self._finish()

    def _write_rest(self) -> None:
        """Write what the conversion holds back: it belongs to the end of the take."""
        if self._sound is not None and self.progress.phase is TakePhase.RECORDING:
            sound, self._sound = self._sound, None
            self._write(sound.finish())
        self._sound = None

    def _finish(self) -> None:
        if self._file is not None:
            take = self._file.close()
            self._file = None
            self._end(take)

    def _end(self, take: Take) -> None:
        kept = (take,) if take.duration_s > 0 else ()
        if not kept:
            with contextlib.suppress(StorageFailed):
                # Else the next start clears it away.
                self._recordings.throw_away(take)
        self.progress = replace(
            self.progress,
            phase=TakePhase.IDLE,
            recorded_s=take.duration_s,
            takes=self.progress.takes + kept,
        )

    def _settle(self, keeps: bool) -> None:
        self._finish()
        takes = list(self.progress.takes)
        if not keeps:
            for take in takes:
                self._recordings.throw_away(take)
            takes = []
        elif takes:
            # The one that is used; what was kept is kept, also where another one then fails.
            takes[-1] = self._recordings.keep(takes[-1])
            self.progress = replace(self.progress, takes=tuple(takes))
            takes = [take for take in map(self._kept, takes) if take is not None]
        self.progress = replace(self.progress, takes=tuple(takes), settled=tuple(takes), failure=None)

    def _kept(self, take: Take) -> Take | None:
        """An earlier take that stays; ``None`` where it is gone, or left for the next start to find."""
        try:
            return self._recordings.keep(take)
        except StorageFailed as failure:
            log.info("an earlier take couldn't be kept: %s", failure.code)
            return None

    def _fail(self, failure: StorageFailed) -> None:
        """Stop, and keep what is written."""
        log.info("a take ended: %s", failure.code)
        file, self._file = self._file, None
        if file is not None:
            try:
                self._end(file.close())
            except StorageFailed as second:
                # What could be written is on disk all the same, and is a take.
                log.info("its end couldn't be synced: %s", second.code)
                self._end(file.close())
        self.progress = replace(self.progress, phase=TakePhase.IDLE, failure=failure)

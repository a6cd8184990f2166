"""The microphones of this computer, and listening to one. QtMultimedia is loaded when first needed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from voiceclone_gui.core.microphone import TAKE_RATE_HZ, Microphone, SampleKind, SoundFormat
from voiceclone_gui.ui.player import learn_notifications

if TYPE_CHECKING:
    from PySide6.QtCore import QIODevice
    from PySide6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSource, QMediaDevices

log = logging.getLogger(__name__)

_TICK_MS = 20
# So much may wait while the window stands still; then sound is lost.
_BUFFER_US = 4_000_000
_READ_MOST_BYTES = 2**20


class MicrophoneInput(QObject):
    """Listens to one microphone at a time.

    Signals: ``microphones_changed()``: one was plugged in or out, or another is the system's own;
    ``heard(bytes)``: the next piece of sound; ``failed()``: the open microphone gives no more.

    Sound is fetched by a timer of the window's thread. Nothing of Python hangs on Qt's own sound threads:
    there it would wait for Python's lock while ``stop`` holds it and waits for them.
    """

    microphones_changed = Signal()
    heard = Signal(bytes)
    failed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._devices: QMediaDevices | None = None
        self._source: QAudioSource | None = None
        self._stream: QIODevice | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._fetch)

    @property
    def is_open(self) -> bool:
        """Whether a microphone is listened to."""
        return self._source is not None

    def microphones(self) -> tuple[Microphone, ...]:
        """All that the system has now, in its order."""
        return tuple(
            Microphone(id=_id(device), name=device.description(), is_default=device.isDefault())
            for device in self._loaded_devices().audioInputs()
        )

    def has_sound_system(self) -> bool:
        """Whether anything for sound is there: without a sound server there are no loudspeakers either."""
        devices = self._loaded_devices()
        return bool(devices.audioInputs() or devices.audioOutputs())

    def open(self, microphone_id: str) -> SoundFormat | None:
        """Listen to that microphone instead; ``None`` where the system doesn't let us."""
        from PySide6.QtMultimedia import QAudioSource, QtAudio

        self.close()
        found = [device for device in self._loaded_devices().audioInputs() if _id(device) == microphone_id]
        if not found:
            return None
        sound_format = _usable(found[0])
        source = QAudioSource(found[0], sound_format, self)
        learn_notifications(source)
        source.setBufferSize(sound_format.bytesForDuration(_BUFFER_US))
        stream = source.start()
        if stream is None or source.error() is not QtAudio.Error.NoError:
            log.info("a microphone can't be opened: %s", source.error().name)
            source.stop()
            source.deleteLater()
            return None
        self._source, self._stream = source, stream
        self._tick.start()
        return SoundFormat(
            rate_hz=sound_format.sampleRate(),
            channels=sound_format.channelCount(),
            kind=_kinds()[sound_format.sampleFormat()],
        )

    def close(self) -> None:
        """Listen no longer; what has arrived is still handed on."""
        if self._source is None:
            return
        self._fetch_all()
        source, self._source, self._stream = self._source, None, None
        self._tick.stop()
        source.stop()
        source.deleteLater()

    def _fetch(self) -> None:
        self._fetch_all()
        if self._source is not None and self._has_ended():
            log.info("a microphone gives no more: %s", self._source.error().name)
            self.close()
            self.failed.emit()

    def _fetch_all(self) -> None:
        stream = self._stream
        if stream is not None and (content := bytes(stream.read(_READ_MOST_BYTES).data())):
            self.heard.emit(content)

    def _has_ended(self) -> bool:
        from PySide6.QtMultimedia import QtAudio

        assert self._source is not None  # noqa: S101 - asked for by the caller
        broken = (QtAudio.Error.FatalError, QtAudio.Error.IOError, QtAudio.Error.OpenError)
        return self._source.error() in broken or self._source.state() is QtAudio.State.StoppedState

    def _loaded_devices(self) -> QMediaDevices:
        if self._devices is None:
            from PySide6.QtMultimedia import QMediaDevices

            self._devices = QMediaDevices(self)
            self._devices.audioInputsChanged.connect(self.microphones_changed)
            learn_notifications(self._devices)
        return self._devices


def _id(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", errors="backslashreplace")


def _kinds() -> dict[QAudioFormat.SampleFormat, SampleKind]:
    from PySide6.QtMultimedia import QAudioFormat

    kinds = QAudioFormat.SampleFormat
    return {
        kinds.UInt8: SampleKind.UINT8,
        kinds.Int16: SampleKind.INT16,
        kinds.Int32: SampleKind.INT32,
        kinds.Float: SampleKind.FLOAT32,
    }


def _usable(device: QAudioDevice) -> QAudioFormat:
    """The device's own format; where the system doesn't know it, one that every system converts to."""
    from PySide6.QtMultimedia import QAudioFormat

    own = device.preferredFormat()
    if not own.isValid() or own.sampleFormat() not in _kinds():
        own.setSampleRate(TAKE_RATE_HZ)
        own.setChannelCount(1)
        own.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return own

"""Playing: one source at a time, on Qt's own player. The multimedia modules are loaded when first needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl, Signal

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

_TICK_MS = 33
_NOT_READY = {"NoMedia", "LoadingMedia", "InvalidMedia"}


class Player(QObject):
    """Plays one file. Signals: ``position_changed(float)`` in seconds, ``playing_changed(bool)``,
    ``source_changed()``, ``failed(str)``: the file can't be played, in the system's words.

    Without a sound device it runs all the same, in real time and unheard.
    """

    position_changed = Signal(float)
    playing_changed = Signal(bool)
    source_changed = Signal()
    failed = Signal(str)

    def __init__(self, *, volume: float = 1.0) -> None:
        super().__init__()
        self._volume = volume
        self._gain = 1.0
        self._player: QMediaPlayer | None = None
        self._output: QAudioOutput | None = None
        self._devices: QMediaDevices | None = None
        self._path: Path | None = None
        self._wanted_s: float | None = None
        self._plays_when_ready = False
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._tell_position)

    @property
    def path(self) -> Path | None:
        """The file that is loaded."""
        return self._path

    @property
    def position_s(self) -> float:
        """Where it plays, or would play from."""
        if self._wanted_s is not None:
            return self._wanted_s
        return self._player.position() / 1000 if self._player is not None else 0.0

    @property
    def is_playing(self) -> bool:
        """Whether it plays now."""
        return self._player is not None and self._player.isPlaying()

    @property
    def volume(self) -> float:
        """From 0 to 1."""
        return self._volume

    @property
    def output_volume(self) -> float:
        """How loud it really plays: the volume, turned down by the gain."""
        return self._volume * self._gain

    def load(self, path: Path | None, *, at_s: float = 0.0) -> None:
        """Take another file, ready to play from ``at_s``."""
        if path == self._path:
            self.seek(at_s)
            return
        self._path = path
        player = self._loaded_player()
        player.stop()
        self._plays_when_ready = False
        self._wanted_s = at_s if at_s > 0 else None
        player.setSource(QUrl.fromLocalFile(str(path)) if path is not None else QUrl())
        self.source_changed.emit()
        self.position_changed.emit(at_s)

    def play(self) -> None:
        """Play from where it stands; from the beginning where it has ended."""
        if self._path is None:
            return
        player = self._loaded_player()
        if self._wanted_s is not None:
            # It would be heard from the beginning until it knows the file well enough to seek.
            self._plays_when_ready = True
        else:
            player.play()

    def pause(self) -> None:
        """Stop where it is."""
        self._plays_when_ready = False
        if self._player is not None:
            self._player.pause()

    def toggle(self) -> None:
        """Play or pause."""
        if self.is_playing or self._plays_when_ready:
            self.pause()
        else:
            self.play()

    def seek(self, position_s: float) -> None:
        """Go on from ``position_s``."""
        player = self._loaded_player()
        # A seek before the file is loaded is lost, also when its length is known already.
        if player.mediaStatus().name not in _NOT_READY:
            player.setPosition(round(position_s * 1000))
        else:
            self._wanted_s = position_s
        self.position_changed.emit(position_s)

    def set_volume(self, volume: float) -> None:
        """From 0 to 1."""
        self._volume = min(max(volume, 0.0), 1.0)
        self._show_volume()

    def set_gain(self, gain: float) -> None:
        """Turn this source down to ``gain`` (0-1) of the volume, to match another one."""
        self._gain = min(max(gain, 0.0), 1.0)
        self._show_volume()

    def close(self) -> None:
        """Stop and let the file and the device go; it can be loaded again."""
        self._tick.stop()
        self._path = None
        self._plays_when_ready = False
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())

    def _show_volume(self) -> None:
        if self._output is not None:
            self._output.setVolume(self.output_volume)

    def _loaded_player(self) -> QMediaPlayer:
        if self._player is None:
            from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

            self._devices = QMediaDevices(self)
            self._devices.audioOutputsChanged.connect(self._follow_device)
            self._output = QAudioOutput(self)
            self._show_volume()
            self._player = QMediaPlayer(self)
            self._player.setAudioOutput(self._output)
            self._player.playingChanged.connect(self._note_playing)
            self._player.positionChanged.connect(lambda _ms: self._tell_position())
            self._player.mediaStatusChanged.connect(self._seek_when_ready)
            self._player.errorOccurred.connect(lambda _error, words: self.failed.emit(words))
            for made in (self._output, self._player, self._devices):
                learn_notifications(made)
        return self._player

    def _follow_device(self) -> None:
        """Go on with the system's device where the one in use was unplugged."""
        from PySide6.QtMultimedia import QMediaDevices

        if self._output is not None and self._output.device() not in QMediaDevices.audioOutputs():
            self._output.setDevice(QMediaDevices.defaultAudioOutput())

    def _seek_when_ready(self, status: QMediaPlayer.MediaStatus) -> None:
        if self._wanted_s is None or self._player is None or status.name in _NOT_READY:
            return
        position_s, self._wanted_s = self._wanted_s, None
        self._player.setPosition(round(position_s * 1000))
        if self._plays_when_ready:
            self._plays_when_ready = False
            self._player.play()

    def _note_playing(self, playing: bool) -> None:
        if playing:
            self._tick.start()
        else:
            self._tick.stop()
        self.playing_changed.emit(playing)

    def _tell_position(self) -> None:
        self.position_changed.emit(self.position_s)


def learn_notifications(made: QObject) -> None:
    """Let the binding find out, on this thread, that nobody overrides ``disconnectNotify`` of ``made``.

    It asks for that once, under Python's lock. Qt's own sound threads would be the first to ask, while
    ``stop`` waits for them and holds the lock: the window would stand still for ever.
    """
    made.destroyed.connect(_nothing)
    made.destroyed.disconnect(_nothing)


def _nothing() -> None:
    """Hears of nothing."""

"""What plays: recording, example clip or preview, one at a time; A/B at the same place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.player import Player


@dataclass(frozen=True, kw_only=True)
class PlayerState:
    """Which source is loaded (``recording``, ``clip``, ``clone`` or ``""``), and how it stands."""

    source: str = ""
    playing: bool = False
    position_s: float = 0.0


class PlayerPresenter(QObject):
    """Signals: ``state_changed(PlayerState)``, ``failed(str)``."""

    state_changed = Signal(object)
    failed = Signal(str)

    def __init__(self, *, player: Player) -> None:
        super().__init__()
        self.state = PlayerState()
        self._player = player
        self._paths: dict[str, Path] = {}
        self._places_s: dict[str, float] = {}
        self._gains: dict[str, float] = {}
        self._spans: dict[str, Span] = {}
        self._ends_s: float | None = None
        player.position_changed.connect(self._note_position)
        player.playing_changed.connect(lambda playing: self._set_state(playing=playing))
        player.failed.connect(self.failed)

    def set_source(self, source: str, path: Path | None) -> None:
        """Tell which file a source is; another file begins at its beginning."""
        if self._paths.get(source) == path:
            return
        self._places_s.pop(source, None)
        self._spans.pop(source, None)
        if path is None:
            self._paths.pop(source, None)
        else:
            self._paths[source] = path
        if self.state.source == source:
            self._player.load(path)
            self._set_state(source=source if path else "", playing=False, position_s=0.0)

    def set_span(self, source: str, span: Span | None) -> None:
        """Play of a source what is selected: from the start of ``span``, and not beyond its end.

        Who goes to a place outside hears what is there.
        """
        before = self._spans.get(source)
        if span == before:
            return
        if span is None:
            self._spans.pop(source, None)
        else:
            self._spans[source] = span
        is_here = self.state.source == source
        if is_here and self.state.playing:
            self._ends_s = self._end_from(self._player.position_s)
            return
        place_s = self._places_s.get(source, 0.0)
        start_s = span.start_s if span is not None else 0.0
        if place_s == (before.start_s if before is not None else 0.0) or not _holds(span, place_s):
            self._places_s[source] = start_s
            if is_here:
                self._player.seek(start_s)

    def has_source(self, source: str) -> bool:
        """Whether there is a file for it."""
        return source in self._paths

    def path_of(self, source: str) -> Path | None:
        """The file of a source."""
        return self._paths.get(source)

    def play_from_start(self, source: str) -> None:
        """Play a source from its beginning."""
        self._load(source, at_s=self._start_s(source))
        self._play()

    def show(self, source: str) -> None:
        """Load a source at its beginning, without playing it."""
        self._player.pause()
        self._load(source, at_s=self._start_s(source))

    def set_levels(self, levels_dbfs: dict[str, float]) -> None:
        """Play these sources at the same loudness: the louder ones are turned down to the softest."""
        softest = min(levels_dbfs.values(), default=0.0)
        self._gains = {source: 10 ** ((softest - level) / 20) for source, level in levels_dbfs.items()}
        self._player.set_gain(self._gains.get(self.state.source, 1.0))

    def toggle(self, source: str) -> None:
        """Play or pause a source, where it was left."""
        if source not in self._paths:
            return
        if self.state.source != source:
            self._load(source, at_s=self._places_s.get(source, self._start_s(source)))
        self._ends_s = self._end_from(self._player.position_s)
        self._player.toggle()

    def seek(self, source: str, position_s: float) -> None:
        """Go to a place in a source; what plays goes on playing there."""
        if source not in self._paths:
            return
        playing = self.state.playing
        if self.state.source != source:
            self._load(source, at_s=position_s)
            if playing:
                self._play()
        else:
            self._player.seek(position_s)
            self._ends_s = self._end_from(position_s)

    def switch_to(self, source: str) -> None:
        """Change to the other of recording and clone, at the same place, and go on as it was.

        Where a part is selected its start is the beginning.
        """
        if source in self._paths and self.state.source != source:
            playing = self.state.playing
            place_s = self._player.position_s - self._start_s(self.state.source)
            self._load(source, at_s=max(0.0, place_s + self._start_s(source)))
            if playing:
                self._play()

    def set_volume(self, volume: float) -> None:
        """From 0 to 1."""
        self._player.set_volume(volume)

    def pause(self) -> None:
        """Stop where it is."""
        self._player.pause()

    def _load(self, source: str, *, at_s: float) -> None:
        if source in self._paths:
            self.state = replace(self.state, source=source)
            self._player.set_gain(self._gains.get(source, 1.0))
            self._player.load(self._paths[source], at_s=at_s)
            self._set_state(source=source, position_s=at_s)

    def _play(self) -> None:
        self._ends_s = self._end_from(self._player.position_s)
        self._player.play()

    def _start_s(self, source: str) -> float:
        span = self._spans.get(source)
        return span.start_s if span is not None else 0.0

    def _end_from(self, position_s: float) -> float | None:
        """Where playing ends that goes on from there, ``None`` for the end of the file."""
        span = self._spans.get(self.state.source)
        return span.end_s if span is not None and _holds(span, position_s) else None

    def _note_position(self, position_s: float) -> None:
        if self._ends_s is not None and position_s >= self._ends_s and self.state.playing:
            # The next time it begins at the beginning of what is selected.
            self._ends_s = None
            self._player.pause()
            self._player.seek(self._start_s(self.state.source))
            return
        self._places_s[self.state.source] = position_s
        self._set_state(position_s=position_s)

    def _set_state(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.state_changed.emit(self.state)


def _holds(span: Span | None, position_s: float) -> bool:
    return span is None or span.start_s <= position_s < span.end_s

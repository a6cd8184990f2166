"""A waveform of which a part is selected, by keyboard or screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selection_drag import GRAB_PX, Grip, with_edge_at
from voiceclone_gui.ui.widgets.selection_keys import stepped
from voiceclone_gui.ui.widgets.selection_painting import HandleLook, paint_handle
from voiceclone_gui.ui.widgets.time_handle import TimeHandle
from voiceclone_gui.ui.widgets.waveform_words import selection_words
from voiceclone_gui.ui.widgets.zoomable_waveform import ZoomableWaveform

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from voiceclone_gui.audio.waveform import Waveform

_BAR_PAINTED_PX = 4
_HEAD_SHARE = 0.85
_STRIP_PX = 4
# A position that hasn't changed for so long isn't being played.
_REST_MS = 300
_EDGE_KEYS = {
    Qt.Key.Key_I: Grip.START,
    Qt.Key.Key_BracketLeft: Grip.START,
    Qt.Key.Key_O: Grip.END,
    Qt.Key.Key_BracketRight: Grip.END,
}


class WaveformWithSelection(ZoomableWaveform):
    """Its two ends are controls of their own, beside the play head, that keys and screen readers move.

    I and O (or ``[`` and ``]``) move start and end to the play head, Ctrl+A selects all, S zooms to what is
    selected.
    Signals: ``selection_changed(Span)`` while it moves, ``selection_settled(Span)`` once when that is over;
    ``seek_wanted(float)``, ``range_changed(VisibleRange)``, ``detail_wanted(Span)``.
    """

    selection_changed = Signal(object)
    selection_settled = Signal(object)

    def __init__(self, *, theme: Theme, height_px: int, with_ticks: bool, name: str) -> None:
        super().__init__(theme=theme, height_px=height_px, with_ticks=with_ticks, name=name)
        self._selection: Span | None = None
        self._places_s: tuple[float, ...] = ()
        self._is_stepping = False
        self._head = TimeHandle(parent=self, name=f"{name}-head", words=tr("Play head"))
        self._head.moved.connect(self.seek_wanted)
        self._head.focus_changed.connect(self._focus_moved)
        # Whoever gives the waveform the keyboard gives it to the play head. Not by a focus proxy: Tab would
        # come to the head twice, and from the second time go round without the rest of the window.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        words = {
            Grip.START: (f"{name}-start", tr("Start of the selection")),
            Grip.END: (f"{name}-end", tr("End of the selection")),
        }
        self._handles: dict[Grip, TimeHandle] = {}
        for edge, (handle_name, said) in words.items():
            handle = TimeHandle(parent=self, name=handle_name, words=said)
            handle.focus_changed.connect(self._focus_moved)
            handle.moved.connect(partial(self._moved_by_reader, edge))
            self._handles[edge] = handle
        self._rest_timer = QTimer(self)
        self._rest_timer.setSingleShot(True)
        self._rest_timer.setInterval(_REST_MS)
        self._rest_timer.timeout.connect(self._tell_head)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches here, in order: play head, start, end."""
        return (self._head, *self._handles.values())

    # -- what is shown

    def show_selection(self, span: Span | None) -> None:
        """Show what is selected; ``None`` is all of it."""
        if span != self._selection:
            self._take(span)

    def show_position(self, position_s: float) -> None:
        """Move the play head; a screen reader is told when it has come to rest, not while it plays."""
        super().show_position(position_s)
        self._rest_timer.start()

    def show_pauses(self, pauses: Sequence[Span]) -> None:
        """The pauses whose middles the ends snap to."""
        self._places_s = tuple(sorted((pause.start_s + pause.end_s) / 2 for pause in pauses))

    def show_selected(self) -> None:
        """Zoom to what is selected."""
        self.show_span(self._span)

    # -- keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._head.setFocus(event.reason())

    def _has_keyboard(self) -> bool:
        return self._head.hasFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        edge = self._focused_edge()
        now_s = self._position_s if edge is None else self._time_of(edge)
        wanted_s = stepped(
            now_s,
            event,
            second_per_px=self._range.length_s / max(self.width(), 1),
            places_s=self._places_s,
            duration_s=self._duration_s,
        )
        if self._waveform is None:
            event.ignore()
        elif wanted_s is None:
            self._act_on(event)
        elif edge is None:
            self.seek_wanted.emit(min(max(wanted_s, 0.0), self._duration_s))
        else:
            self._step(edge, wanted_s)

    def _act_on(self, event: QKeyEvent) -> None:
        """What keys do to the whole selection; all others are for zooming, or for the page."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._settle(Span(start_s=0.0, end_s=self._duration_s))
        elif event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
        elif key in _EDGE_KEYS:
            self._step(_EDGE_KEYS[Qt.Key(key)], self._position_s)
        elif key == Qt.Key.Key_S:
            self.show_selected()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._end_steps()
        super().keyReleaseEvent(event)

    # -- painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_handles()

    def _range_moved(self) -> None:
        super()._range_moved()
        self._place_handles()

    def _zoom_center_s(self) -> float:
        edge = self._focused_edge()
        return super()._zoom_center_s() if edge is None else self._time_of(edge)

    def _fit_range(self, before: Waveform | None) -> None:
        super()._fit_range(before)
        self._tell_head()

    def _description(self) -> str:
        if self._waveform is None:
            return ""
        return selection_words(self._selection, duration_s=self._duration_s)

    def _repaint_head(self, before_s: float) -> None:
        # With room for its grip, which at an edge stands further inside.
        room_px = GRAB_PX + _STRIP_PX if self._head.hasFocus() else 0
        for time_s in (before_s, self._position_s):
            self._repaint_strip(self._x(time_s) - room_px, self._x(time_s) + room_px)

    def _paint_waveform(self, painter: QPainter) -> None:
        start, end = self._edges_px()
        if not self._is_whole:
            soft = self._theme.tokens.color("accent_soft")
            painter.fillRect(QRectF(start, 0, end - start, self._height_px), soft)
        self._paint_part(painter, 0, start, "waveform_rest")
        self._paint_part(painter, start, end, "accent")
        self._paint_part(painter, end, self.width(), "waveform_rest")
        if not self._is_whole:
            accent = self._theme.tokens.color("accent")
            painter.fillRect(QRectF(start, 0, end - start, _BAR_PAINTED_PX), accent)
        self._paint_head(painter)
        for edge, place_px in ((Grip.START, start), (Grip.END, end)):
            is_focused = self._handles[edge].hasFocus()
            self._paint_handle(painter, place_px, color="accent", height_share=0.5, is_focused=is_focused)

    def _paint_focus(self, painter: QPainter) -> None:
        # A frame around the waveform would look as if all of it were selected.
        head_px = self._x(self._position_s)
        self._paint_handle(painter, head_px, color="text", height_share=_HEAD_SHARE, is_focused=True)

    def _paint_handle(
        self, painter: QPainter, place_px: float, *, color: str, height_share: float, is_focused: bool
    ) -> None:
        if not 0 <= place_px <= self.width():
            return
        tokens = self._theme.tokens
        look = HandleLook(color=tokens.color(color), ring=tokens.color("accent"), gap=tokens.color("card"))
        size_px = (self.width(), self._height_px)
        paint_handle(
            painter, place_px, size_px=size_px, height_share=height_share, look=look, is_focused=is_focused
        )

    # -- parts

    @property
    def _span(self) -> Span:
        whole = Span(start_s=0.0, end_s=self._duration_s)
        # The recording may have become shorter since: its length is a guess until it is decoded.
        return whole if self._selection is None else self._selection.within(self._duration_s)

    @property
    def _is_whole(self) -> bool:
        return self._selection is None or self._selection.is_whole(self._duration_s)

    def _take(self, span: Span | None) -> None:
        self._selection = span
        self._place_handles()
        self.setAccessibleDescription(self._description())
        self.update()

    def _change(self, span: Span) -> None:
        if span != self._selection:
            self._take(span)
            self.selection_changed.emit(span)

    def _settle(self, span: Span) -> None:
        self._change(span)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._description()))
        self.selection_settled.emit(span)

    def _step(self, edge: Grip, time_s: float) -> None:
        self._is_stepping = True
        self._change(with_edge_at(self._span, edge, time_s, limit_s=self._duration_s))
        self._go_to(self._target.showing(self._time_of(edge)), animated=False)

    def _end_steps(self) -> None:
        if self._is_stepping:
            self._is_stepping = False
            self.selection_settled.emit(self._span)

    def _edges_px(self) -> tuple[float, float]:
        return self._x(self._span.start_s), self._x(self._span.end_s)

    def _time_of(self, edge: Grip) -> float:
        return self._span.start_s if edge is Grip.START else self._span.end_s

    def _focused_edge(self) -> Grip | None:
        return next((edge for edge, handle in self._handles.items() if handle.hasFocus()), None)

    def _focus_moved(self) -> None:
        self._end_steps()
        edge = self._focused_edge()
        if edge is not None and self._may_follow():
            self._go_to(self._target.showing(self._time_of(edge)))
        self.update()

    def _tell_head(self) -> None:
        self._head.show_time(min(self._position_s, self._duration_s), duration_s=self._duration_s)

    def _moved_by_reader(self, edge: Grip, time_s: float) -> None:
        self._settle(with_edge_at(self._span, edge, time_s, limit_s=self._duration_s))
        self._place_handles()

    def _place_handles(self) -> None:
        self._head.setGeometry(0, 0, self.width(), self._height_px)
        for edge, handle in self._handles.items():
            time_s = self._time_of(edge)
            handle.show_time(time_s, duration_s=self._duration_s)
            left = min(max(self._x(time_s) - GRAB_PX / 2, 0.0), max(self.width() - GRAB_PX, 0.0))
            handle.setGeometry(round(left), 0, GRAB_PX, self._height_px)

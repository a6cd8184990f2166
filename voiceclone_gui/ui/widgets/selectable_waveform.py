"""The waveform of the recording: a part of it is selected with the mouse, the keyboard or a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selection_drag import (
    GRAB_PX,
    Grip,
    SelectionDrag,
    Snap,
    grip_at,
    next_place,
    pause_to_pause,
    with_edge_at,
)
from voiceclone_gui.ui.widgets.selection_handle import SelectionHandle
from voiceclone_gui.ui.widgets.selection_painting import paint_handle
from voiceclone_gui.ui.widgets.waveform_view import WaveformView
from voiceclone_gui.ui.widgets.waveform_words import selection_words

_BAR_PX = 14
_BAR_PAINTED_PX = 4
_SNAP_PX = 8.0
_STEP_S, _FINE_STEP_S, _LONG_STEP_S = 0.1, 0.01, 1.0
# From here on a step of 0.1 s is too long to be exact.
_FINE_S_PER_PX = 0.01
_CURSORS = {
    Grip.START: Qt.CursorShape.SizeHorCursor,
    Grip.END: Qt.CursorShape.SizeHorCursor,
    Grip.BODY: Qt.CursorShape.OpenHandCursor,
    Grip.NEW: Qt.CursorShape.IBeamCursor,
}


class SelectableWaveform(WaveformView):
    """A click seeks, a drag selects; the ends and the bar at the top of a selection can be dragged.

    Signals: ``selection_changed(Span)`` while it moves, ``selection_settled(Span)`` once when that is over;
    ``seek_wanted(float)``.
    """

    selection_changed = Signal(object)
    selection_settled = Signal(object)

    def __init__(self, *, theme: Theme, height_px: int, with_ticks: bool, name: str) -> None:
        super().__init__(theme=theme, height_px=height_px, with_ticks=with_ticks, name=name)
        self._selection: Span | None = None
        self._places_s: tuple[float, ...] = ()
        self._pressed: QPointF | None = None
        self._drag: SelectionDrag | None = None
        self._is_stepping = False
        self._start = SelectionHandle(
            parent=self,
            name=f"{name}-start",
            words=tr("Start of the selection"),
            tip=tr("The arrow keys move it, with Shift by a second, with Ctrl to the next pause"),
        )
        self._end = SelectionHandle(
            parent=self,
            name=f"{name}-end",
            words=tr("End of the selection"),
            tip=tr("The arrow keys move it, with Shift by a second, with Ctrl to the next pause"),
        )
        for handle, edge in ((self._start, Grip.START), (self._end, Grip.END)):
            handle.focus_changed.connect(self._focus_moved)
            handle.moved.connect(partial(self._moved_by_reader, edge))
        self.setMouseTracking(True)
        self.setToolTip(
            tr("Click to play from there; drag to select; drag an end, or the bar at the top, to move it")
        )

    # -- what is shown

    def show_selection(self, span: Span | None) -> None:
        """Show what is selected; ``None`` is all of it. A drag that is under way goes on."""
        if self._drag is None and span != self._selection:
            self._take(span)

    def show_pauses(self, pauses: Sequence[Span]) -> None:
        """The pauses whose middles the ends snap to."""
        self._places_s = tuple(sorted((pause.start_s + pause.end_s) / 2 for pause in pauses))

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._waveform is not None:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._pressed is None:
            self.setCursor(_CURSORS[self._grip_at(place)])
            return
        if self._drag is None:
            if abs(place.x() - self._pressed.x()) < QApplication.startDragDistance():
                return
            self._drag = self._begun(self._pressed)
        self._change(self._drag.span_at(self._time_at(place), snap=self._snap()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        pressed, self._pressed = self._pressed, None
        if self._drag is None:
            self._seek_to(pressed.x())
        else:
            self._drag = None
            self.selection_settled.emit(self._span)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._waveform is None:
            return
        self._pressed = None
        around = pause_to_pause(
            self._time_at(event.position()), places_s=self._places_s, duration_s=self._duration_s
        )
        # A second one takes it all.
        whole = Span(start_s=0.0, end_s=self._duration_s)
        self._change(whole if around == self._selection else around)
        self.selection_settled.emit(self._span)

    # -- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        edge = self._focused_edge()
        now_s = self._position_s if edge is None else self._time_of(edge)
        wanted_s = self._stepped(now_s, event)
        if wanted_s is None or self._waveform is None:
            super().keyPressEvent(event)
        elif edge is None:
            self.seek_wanted.emit(min(max(wanted_s, 0.0), self._duration_s))
        else:
            self._is_stepping = True
            self._change(with_edge_at(self._span, edge, wanted_s, limit_s=self._duration_s))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        self._end_steps()
        super().keyReleaseEvent(event)

    # -- painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_handles()

    def _fit_range(self) -> None:
        super()._fit_range()
        self._place_handles()

    def _description(self) -> str:
        if self._waveform is None:
            return ""
        return selection_words(self._selection, duration_s=self._duration_s)

    def _repaint_head(self, before_s: float) -> None:
        for time_s in (before_s, self._position_s):
            self._repaint_strip(self._x(time_s), self._x(time_s))

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
        for handle, place_px in ((self._start, start), (self._end, end)):
            if 0 <= place_px <= self.width():
                self._paint_handle(painter, place_px, is_focused=handle.hasFocus())

    def _paint_handle(self, painter: QPainter, place_px: float, *, is_focused: bool) -> None:
        accent = self._theme.tokens.color("accent")
        size = {"width_px": self.width(), "height_px": self._height_px}
        handle = paint_handle(painter, place_px, **size, color=accent)
        if is_focused:
            self._paint_focus(painter, handle.adjusted(-5, -5, 5, 5))

    # -- parts

    @property
    def _span(self) -> Span:
        return self._selection or Span(start_s=0.0, end_s=self._duration_s)

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

    def _end_steps(self) -> None:
        if self._is_stepping:
            self._is_stepping = False
            self.selection_settled.emit(self._span)

    def _edges_px(self) -> tuple[float, float]:
        return self._x(self._span.start_s), self._x(self._span.end_s)

    def _time_at(self, place: QPointF) -> float:
        return self._range.time_at(place.x(), width_px=self.width())

    def _time_of(self, edge: Grip) -> float:
        return self._span.start_s if edge is Grip.START else self._span.end_s

    def _snap(self) -> Snap:
        within_s = _SNAP_PX / max(self.width(), 1) * self._range.length_s
        return Snap(places_s=(0.0, *self._places_s, self._duration_s), within_s=within_s)

    def _grip_at(self, place: QPointF) -> Grip:
        start, end = self._edges_px()
        on_bar = place.y() <= _BAR_PX and not self._is_whole
        return grip_at(place.x(), start_px=start, end_px=end, width_px=self.width(), on_bar=on_bar)

    def _begun(self, pressed: QPointF) -> SelectionDrag:
        grip = self._grip_at(pressed)
        self.setCursor(Qt.CursorShape.ClosedHandCursor if grip is Grip.BODY else _CURSORS[grip])
        return SelectionDrag(
            grip=grip, before=self._span, grabbed_s=self._time_at(pressed), duration_s=self._duration_s
        )

    def _focused_edge(self) -> Grip | None:
        if self._start.hasFocus():
            return Grip.START
        return Grip.END if self._end.hasFocus() else None

    def _focus_moved(self) -> None:
        self._end_steps()
        self.update()

    def _stepped(self, now_s: float, event: QKeyEvent) -> float | None:
        """Where a key leads from ``now_s``; ``None`` for a key that isn't about that."""
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            return 0.0 if key == Qt.Key.Key_Home else self._duration_s
        if key not in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            return None
        forward = key == Qt.Key.Key_Right
        if held & Qt.KeyboardModifier.ControlModifier:
            return next_place(now_s, forward=forward, places_s=self._places_s, duration_s=self._duration_s)
        step_s = _STEP_S
        if held & Qt.KeyboardModifier.ShiftModifier:
            step_s = _LONG_STEP_S
        elif self._range.length_s < _FINE_S_PER_PX * self.width():
            step_s = _FINE_STEP_S
        return now_s + (step_s if forward else -step_s)

    def _moved_by_reader(self, edge: Grip, time_s: float) -> None:
        self._change(with_edge_at(self._span, edge, time_s, limit_s=self._duration_s))
        self._place_handles()
        self.selection_settled.emit(self._span)

    def _place_handles(self) -> None:
        for handle, edge in ((self._start, Grip.START), (self._end, Grip.END)):
            time_s = self._time_of(edge)
            handle.show_time(time_s, duration_s=self._duration_s)
            left = min(max(self._x(time_s) - GRAB_PX / 2, 0.0), max(self.width() - GRAB_PX, 0.0))
            handle.setGeometry(round(left), 0, GRAB_PX, self._height_px)

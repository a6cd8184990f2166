"""The waveform of the recording, where a part is selected with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.selection_drag import Grip, SelectionDrag, Snap, grip_at, pause_to_pause
from voiceclone_gui.ui.widgets.waveform_with_selection import WaveformWithSelection

_BAR_PX = 14
_SNAP_PX = 8.0
_AUTO_PAN_MS, _AUTO_PAN_SHARE = 16, 0.15
_CURSORS = {
    Grip.START: Qt.CursorShape.SizeHorCursor,
    Grip.END: Qt.CursorShape.SizeHorCursor,
    Grip.BODY: Qt.CursorShape.OpenHandCursor,
    Grip.NEW: Qt.CursorShape.IBeamCursor,
}


class SelectableWaveform(WaveformWithSelection):
    """A click seeks, a drag selects; the ends and the bar at the top of a selection can be dragged.

    A drag with Shift moves the nearer end, a double click selects from pause to pause, Esc gives a drag up.
    Signals, beside those it inherits: ``snap_changed(bool)``; ``selection_given_up()``: a drag was, and what
    was selected before it is selected again.
    """

    snap_changed = Signal(bool)
    selection_given_up = Signal()

    def __init__(self, *, theme: Theme, height_px: int, with_ticks: bool, name: str) -> None:
        super().__init__(theme=theme, height_px=height_px, with_ticks=with_ticks, name=name)
        self._pressed: QPointF | None = None
        self._drag: SelectionDrag | None = None
        self._dragged_to = QPointF()
        self._snaps = True
        self._is_exact = False
        self._auto_pan = QTimer(self)
        self._auto_pan.setInterval(_AUTO_PAN_MS)
        self._auto_pan.timeout.connect(self._pan_on)
        self.setMouseTracking(True)
        self.setToolTip(
            tr(
                "Click to play from there; drag to select; drag an end, or the bar at the top, to move it.\n"
                "Ends snap to pauses unless Alt is held. The wheel zooms with Ctrl and pans with Shift."
            )
        )

    def show_selection(self, span: Span | None) -> None:
        """Show what is selected; ``None`` is all of it. A drag that is under way goes on."""
        if self._drag is None:
            super().show_selection(span)

    @property
    def is_held(self) -> bool:
        """Whether the mouse is pressed on it."""
        return self._pressed is not None

    @property
    def snaps(self) -> bool:
        """Whether dragged ends snap to pauses."""
        return self._snaps

    def set_snapping(self, snaps: bool) -> None:
        """Whether dragged ends snap to pauses; Alt switches it off for as long as it is held."""
        if snaps != self._snaps:
            self._snaps = snaps
            self.snap_changed.emit(snaps)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif self._waveform is not None:
            self._pressed = event.position()
            self._is_exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._drag = self._extended(self._pressed)
                self._drag_to(self._pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._panned_from is not None:
            super().mouseMoveEvent(event)
        elif self._pressed is None:
            self.setCursor(_CURSORS[self._grip_at(place)])
        else:
            if self._drag is None:
                if abs(place.x() - self._pressed.x()) < QApplication.startDragDistance():
                    return
                self._drag = self._begun(self._pressed)
            self._is_exact = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self._drag_to(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            super().mouseReleaseEvent(event)
            return
        pressed, self._pressed = self._pressed, None
        self.setCursor(_CURSORS[self._grip_at(event.position())])
        if self._drag is None:
            self._seek_to(pressed.x())
        else:
            self._drag = None
            self._auto_pan.stop()
            self._settle(self._span)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._waveform is None:
            return
        self._pressed = None
        around = pause_to_pause(
            self._time_at(event.position()), places_s=self._places_s, duration_s=self._duration_s
        )
        # A second one takes it all.
        whole = Span(start_s=0.0, end_s=self._duration_s)
        self._settle(whole if around == self._selection else around)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._let_go()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # Where the mouse is let go, nobody is told then.
        self._let_go()

    # -- parts

    def _may_follow(self) -> bool:
        return super()._may_follow() and self._pressed is None

    def _let_go(self) -> None:
        drag, self._drag, self._pressed = self._drag, None, None
        self._auto_pan.stop()
        if drag is not None:
            self._change(drag.before)
            self.selection_given_up.emit()

    def _snap(self) -> Snap:
        within_s = _SNAP_PX / max(self.width(), 1) * self._range.length_s
        places_s = self._places_s if self._snaps and not self._is_exact else ()
        return Snap(places_s=(0.0, *places_s, self._duration_s), within_s=within_s)

    def _drag_to(self, place: QPointF) -> None:
        """Go on with the drag; beyond an edge of what is seen, pan until the pointer comes back."""
        if self._drag is None:
            return
        self._dragged_to = place
        self._change(self._drag.span_at(self._time_at(place), snap=self._snap()))
        if 0 <= place.x() <= self.width() or self._range.is_whole:
            self._auto_pan.stop()
        elif not self._auto_pan.isActive():
            self._auto_pan.start()

    def _pan_on(self) -> None:
        place_px = self._dragged_to.x()
        beyond_px = place_px if place_px < 0 else place_px - self.width()
        by_s = beyond_px * _AUTO_PAN_SHARE * self._range.length_s / max(self.width(), 1)
        self._go_to(self._range.moved(by_s), animated=False)
        self._drag_to(self._dragged_to)

    def _grip_at(self, place: QPointF) -> Grip:
        start, end = self._edges_px()
        on_bar = place.y() <= _BAR_PX and not self._is_whole
        return grip_at(place.x(), start_px=start, end_px=end, width_px=self.width(), on_bar=on_bar)

    def _begun(self, pressed: QPointF) -> SelectionDrag:
        grip = self._grip_at(pressed)
        self.setCursor(Qt.CursorShape.ClosedHandCursor if grip is Grip.BODY else _CURSORS[grip])
        if grip in self._handles:
            # The arrow keys then go on where the mouse was let go.
            self._handles[grip].setFocus(Qt.FocusReason.MouseFocusReason)
        return SelectionDrag(
            grip=grip, before=self._span, grabbed_s=self._time_at(pressed), duration_s=self._duration_s
        )

    def _extended(self, pressed: QPointF) -> SelectionDrag:
        """A drag of the end that is nearer: it comes to where the press is."""
        start, end = self._edges_px()
        grip = Grip.START if abs(pressed.x() - start) < abs(pressed.x() - end) else Grip.END
        return SelectionDrag(
            grip=grip, before=self._span, grabbed_s=self._time_of(grip), duration_s=self._duration_s
        )

"""A waveform that is zoomed and panned: by wheel, pinch, middle button, keys, buttons and a scroll bar."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QStyle

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.visible_range import VisibleRange
from voiceclone_gui.ui.widgets.waveform_view import WaveformView

if TYPE_CHECKING:
    from voiceclone_gui.audio.waveform import Waveform

_SHORTEST_FRAMES = 10
_WHEEL_NOTCH = 120
_WHEEL_FACTOR, _STEP_FACTOR = 1.25, 2.0
_PAN_SHARE, _PAGE_SHARE = 0.1, 0.8
_ANIMATION_MS = 120
_DETAIL_AFTER_MS = 120
# The play head was moved, and didn't get there by playing.
_JUMP_S = 0.5


class ZoomableWaveform(WaveformView):
    """The wheel zooms with Ctrl and pans with Shift; without a key it is left to the page, which scrolls.

    Signals: ``range_changed(VisibleRange)``: another part is seen; ``detail_wanted(Span)``: it is so short
    that the waveform isn't exact enough, and :meth:`show_detail` is waited for; ``seek_wanted(float)``.
    """

    range_changed = Signal(object)
    detail_wanted = Signal(object)

    def __init__(self, *, theme: Theme, height_px: int, with_ticks: bool, name: str) -> None:
        super().__init__(theme=theme, height_px=height_px, with_ticks=with_ticks, name=name)
        self._target = self._range
        self._move_from = self._range
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(_ANIMATION_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._go_on)
        self._detail_span: Span | None = None
        self._detail_timer = QTimer(self)
        self._detail_timer.setSingleShot(True)
        self._detail_timer.setInterval(_DETAIL_AFTER_MS)
        self._detail_timer.timeout.connect(self._ask_for_detail)
        self._panned_from: tuple[float, VisibleRange] | None = None
        self._fingers: tuple[QPointF, QPointF] | None = None
        if sys.platform != "darwin":
            # There a pinch also comes as a native gesture: it would zoom twice.
            self.grabGesture(Qt.GestureType.PinchGesture)

    # -- what is shown

    @property
    def visible_range(self) -> VisibleRange:
        """What is seen, or will be when it has come to rest."""
        return self._target

    def show_detail(self, waveform: Waveform | None, span: Span | None) -> None:
        """Draw ``span`` of the recording from a waveform of its own, of single frames."""
        self._detail_span = span
        self._picture.show_detail((waveform, span) if waveform is not None and span is not None else None)
        self.update()

    def show_position(self, position_s: float) -> None:
        """Move the play head; what is seen follows it, unless the user has panned away from it."""
        seen = self._range.start_s <= self._position_s <= self._range.end_s
        jumped = abs(position_s - self._position_s) > _JUMP_S
        super().show_position(position_s)
        if (seen or jumped) and self._may_follow():
            self._go_to(self._target.showing(position_s), animated=False)

    def zoom_in(self) -> None:
        """Show half as much."""
        self._zoom(_STEP_FACTOR, around_s=self._zoom_center_s())

    def zoom_out(self) -> None:
        """Show twice as much."""
        self._zoom(1 / _STEP_FACTOR, around_s=self._zoom_center_s())

    def show_whole(self) -> None:
        """Show the whole recording."""
        self._go_to(self._target.between(0.0, self._duration_s))

    def show_span(self, span: Span) -> None:
        """Show ``span`` and a little on either side."""
        room_s = 0.05 * span.duration_s
        self._go_to(self._target.between(span.start_s - room_s, span.end_s + room_s))

    def pan_to(self, start_s: float) -> None:
        """Show what begins at ``start_s``, as large as it is."""
        self._go_to(self._target.moved(start_s - self._target.start_s), animated=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # More pixels may be more than the waveform is exact enough for.
        self._detail_timer.start()

    # -- wheel, pinch, middle button

    def wheelEvent(self, event: QWheelEvent) -> None:
        across, upright = self._wheel_notches(event)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._waveform is not None:
            self._zoom(_WHEEL_FACTOR**upright, around_s=self._time_at(event.position()))
        elif abs(across) > abs(upright) and not self._target.is_whole:
            self._pan_by(-across * _PAN_SHARE * self._target.length_s)
        else:
            event.ignore()
            return
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self._zoom(1 + event.value(), around_s=self._time_at(event.position()), animated=False)
                return True
        elif isinstance(event, QGestureEvent) and event.type() is QEvent.Type.Gesture:
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinch(pinch)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            self._panned_from = (event.position().x(), self._range)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panned_from is not None:
            place_px, before = self._panned_from
            by_s = (place_px - event.position().x()) / max(self.width(), 1) * before.length_s
            self._go_to(before.moved(by_s), animated=False)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.MiddleButton:
            self._panned_from = None
            self.unsetCursor()
        else:
            super().mouseReleaseEvent(event)

    # -- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        others = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ways = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_Underscore: self.zoom_out,
            Qt.Key.Key_0: self.show_whole,
        }
        if not self._target.is_whole:
            page_s = _PAGE_SHARE * self._target.length_s
            ways[Qt.Key.Key_PageUp] = lambda: self._pan_by(-page_s)
            ways[Qt.Key.Key_PageDown] = lambda: self._pan_by(page_s)
        way = ways.get(Qt.Key(event.key()))
        if way is None or event.modifiers() & others or self._waveform is None:
            super().keyPressEvent(event)
        else:
            way()

    # -- what a waveform with a selection does differently

    def _zoom_center_s(self) -> float:
        """What keeps its place where no pointer says: the play head if it is seen."""
        seen = self._target
        if seen.start_s <= self._position_s <= seen.end_s and self._position_s > 0:
            return self._position_s
        return (seen.start_s + seen.end_s) / 2

    def _let_go(self) -> None:
        """Give up what one finger has begun, which Qt tells as a mouse: it is a pinch."""

    def _may_follow(self) -> bool:
        return self._panned_from is None

    def _range_moved(self) -> None:
        self.update()
        self._detail_timer.start()
        self.range_changed.emit(self._range)

    # -- parts

    def _fit_range(self, before: Waveform | None) -> None:
        shortest_s = 0.0
        if self._waveform is not None and len(self._waveform.smallest):
            shortest_s = self._piece_s() * _SHORTEST_FRAMES / self._waveform.piece_frames
        whole = VisibleRange.whole(self._duration_s, shortest_s=shortest_s)
        is_another = before is None or self._waveform is None or self._waveform.share < before.share
        if is_another or self._target.is_whole:
            self._target = whole
        else:
            self._target = whole.between(self._target.start_s, self._target.end_s)
        if is_another:
            self.show_detail(None, None)
        self._animation.stop()
        self._range = self._target
        self._range_moved()

    def _piece_s(self) -> float:
        """How long what one value of the waveform stands for is."""
        waveform = self._waveform
        if waveform is None or not len(waveform.smallest):
            return 0.0
        return waveform.duration_s * waveform.share / len(waveform.smallest)

    def _time_at(self, place: QPointF) -> float:
        return self._range.time_at(place.x(), width_px=self.width())

    def _pinch(self, pinch: QPinchGesture) -> None:
        # Its hot spot is the first finger. Qt tells of each move twice, and once more at the end.
        fingers = (pinch.hotSpot(), pinch.centerPoint())
        self._let_go()
        if fingers != self._fingers:
            around_s = self._time_at(self.mapFromGlobal(pinch.centerPoint()))
            self._zoom(pinch.scaleFactor(), around_s=around_s, animated=False)
        self._fingers = fingers

    def _wheel_notches(self, event: QWheelEvent) -> tuple[float, float]:
        """How far the wheel was turned to the left and away from the user; with Shift that is one thing."""
        turned = event.angleDelta()
        across, upright = turned.x() / _WHEEL_NOTCH, turned.y() / _WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not across:
            return upright, 0.0
        return across, upright

    def _zoom(self, factor: float, *, around_s: float, animated: bool = True) -> None:
        if factor > 0:
            self._go_to(self._target.zoomed(factor, around_s=around_s), animated=animated)

    def _pan_by(self, by_s: float) -> None:
        self._go_to(self._target.moved(by_s))

    def _go_to(self, target: VisibleRange, *, animated: bool = True) -> None:
        if target == self._target:
            return
        self._animation.stop()
        self._target, self._move_from = target, self._range
        if animated and self.isVisible() and self._may_animate():
            self._animation.start()
        else:
            self._range = target
            self._range_moved()

    def _may_animate(self) -> bool:
        """Whether style and system want things to move; only Windows tells Qt what the user wants there."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        wanted = sys.platform != "win32" or QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
        return wanted and self.style().styleHint(hint, None, self) > 0

    def _go_on(self, share: float) -> None:
        # In a straight line: so a place that both have stays where it is on the way, too.
        first, last = self._move_from, self._target
        start_s = first.start_s + (last.start_s - first.start_s) * share
        end_s = first.end_s + (last.end_s - first.end_s) * share
        self._range = last if share >= 1 else replace(last, start_s=start_s, end_s=max(start_s, end_s))
        self._range_moved()

    def _ask_for_detail(self) -> None:
        waveform, seen = self._waveform, self._target
        if waveform is None or waveform.share < 1 or self.width() <= 0:
            return
        pixel_s = seen.length_s / (self.width() * self.devicePixelRatioF())
        if pixel_s >= self._piece_s():
            return
        have = self._detail_span
        if have is not None and have.start_s <= seen.start_s and seen.end_s <= have.end_s:
            return
        # With room on either side, so that it isn't asked for at every step aside.
        room_s = seen.length_s / 2
        end_s = min(seen.end_s + room_s, self._duration_s)
        self.detail_wanted.emit(Span(start_s=max(seen.start_s - room_s, 0.0), end_s=end_s))

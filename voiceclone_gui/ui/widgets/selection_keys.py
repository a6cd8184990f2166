"""Where keys lead to in a recording: the play head, or the end of the selection that has the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from voiceclone_gui.ui.widgets.selection_drag import next_place

_STEP_S, _FINE_STEP_S, _LONG_STEP_S = 0.1, 0.01, 1.0
# From here on a step of 0.1 s is too long to be exact.
_FINE_BELOW_S_PER_PX = 0.01


def stepped(
    now_s: float, event: QKeyEvent, *, second_per_px: float, places_s: Sequence[float], duration_s: float
) -> float | None:
    """Where a key leads from ``now_s``, in the recording or beyond; ``None`` for a key that leads nowhere.

    Steps are 0.1 s, and 0.01 s from close by; 1 s with Shift; with Ctrl to the next of ``places_s``.
    """
    key, held = Qt.Key(event.key()), event.modifiers()
    if key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
        return 0.0 if key == Qt.Key.Key_Home else duration_s
    if key not in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
        return None
    forward = key == Qt.Key.Key_Right
    if held & Qt.KeyboardModifier.ControlModifier:
        return next_place(now_s, forward=forward, places_s=places_s, duration_s=duration_s)
    step_s = _FINE_STEP_S if second_per_px < _FINE_BELOW_S_PER_PX else _STEP_S
    if held & Qt.KeyboardModifier.ShiftModifier:
        step_s = _LONG_STEP_S
    return now_s + (step_s if forward else -step_s)

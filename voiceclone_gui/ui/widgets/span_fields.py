"""The selected part as two times that can be typed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from voiceclone_gui.core.clock_text import exact_time, read_time
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.widgets.parts import label

_WIDEST_TIME, _HOUR_S = "0:00:00.00", 3600.0


class SpanFields(QWidget):
    """Two fields, from and to. Signals ``span_wanted(Span)``: other times were typed; ``refused(str)``: what
    was typed is no time in the recording, and is taken back.

    A time beyond the other end takes the part along, as long as it was.
    """

    span_wanted = Signal(object)
    refused = Signal(str)

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self._span = Span(start_s=0.0, end_s=0.0)
        self._duration_s = 0.0
        self._start = self._field(f"{name}-from", tr("Where the selected part starts, such as 0:07.20"))
        self._end = self._field(f"{name}-to", tr("Where the selected part ends, such as 1:12.05"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for words, field in ((tr("From"), self._start), (tr("to"), self._end)):
            layout.addWidget(label(words, role="label", buddy=field))
            layout.addWidget(field)
        self._start.setAccessibleName(tr("Selected from"))
        self._end.setAccessibleName(tr("Selected to"))

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches here, in order."""
        return self._start, self._end

    def show_span(self, span: Span, *, duration_s: float) -> None:
        """Show a part of a recording of ``duration_s``; a field that is being typed in stays as it is."""
        self._span, self._duration_s = span, duration_s
        self._start.show_hours(duration_s >= _HOUR_S)
        self._end.show_hours(duration_s >= _HOUR_S)
        for field, seconds in ((self._start, span.start_s), (self._end, span.end_s)):
            if not field.isModified():
                self._write(field, seconds)

    def _field(self, name: str, tip: str) -> _TimeField:
        made = _TimeField()
        made.setObjectName(name)
        made.setToolTip(tip)
        made.editingFinished.connect(self._take)
        return made

    def _take(self) -> None:
        wanted = self._wanted()
        if wanted is None:
            typed = (self._start if self._start.isModified() else self._end).text().strip()
            if typed:
                self.refused.emit(typed)
            wanted = self._span
        self._start.setModified(False)
        self._end.setModified(False)
        if wanted != self._span:
            self.span_wanted.emit(wanted)
        self.show_span(self._span, duration_s=self._duration_s)

    def _wanted(self) -> Span | None:
        """What is typed, ``None`` where it is no part; a field that wasn't typed in keeps its exact time."""
        if not (self._start.isModified() or self._end.isModified()):
            return self._span
        start_s = read_time(self._start.text()) if self._start.isModified() else self._span.start_s
        end_s = read_time(self._end.text()) if self._end.isModified() else self._span.end_s
        if start_s is None or end_s is None or start_s >= self._duration_s:
            return None
        end_s = min(end_s, self._duration_s)
        if start_s >= end_s > 0 and self._start.isModified() != self._end.isModified():
            length_s = self._span.duration_s
            if self._start.isModified():
                end_s = min(start_s + length_s, self._duration_s)
            else:
                start_s = max(end_s - length_s, 0.0)
        return Span(start_s=start_s, end_s=end_s) if start_s < end_s else None

    @staticmethod
    def _write(field: QLineEdit, seconds: float) -> None:
        if field.text() != exact_time(seconds):
            field.setText(exact_time(seconds))
            field.setModified(False)


class _TimeField(QLineEdit):
    """As wide as a time needs, at any size of text."""

    def __init__(self) -> None:
        super().__init__()
        self._widest = _WIDEST_TIME
        self.setMaxLength(len(_WIDEST_TIME) + 2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_hours(self, has_hours: bool) -> None:
        """Have room for hours, or only for minutes."""
        widest = _WIDEST_TIME if has_hours else _WIDEST_TIME[2:]
        if widest != self._widest:
            self._widest = widest
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._widest) + 26, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

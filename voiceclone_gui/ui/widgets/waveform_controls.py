"""What belongs to a waveform that is zoomed: its buttons, and the scroll bar below it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollBar, QSizePolicy, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, set_icon
from voiceclone_gui.ui.widgets.selectable_waveform import SelectableWaveform
from voiceclone_gui.ui.widgets.visible_range import VisibleRange
from voiceclone_gui.ui.widgets.zoomable_waveform import ZoomableWaveform

_BAR_STEPS = 100_000
_BAR_STEP_SHARE = 0.1


class WaveformScrollBar(QScrollBar):
    """Pans its waveform; keeps its room where there is nothing to pan to, so that nothing jumps."""

    def __init__(self, *, view: ZoomableWaveform, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName(name)
        self.setAccessibleName(tr("Part of the waveform that is seen"))
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self._view = view
        self._show_range(view.visible_range)
        view.range_changed.connect(self._show_range)
        self.valueChanged.connect(self._pan)

    def _show_range(self, seen: VisibleRange) -> None:
        with QSignalBlocker(self):
            steps_per_s = _BAR_STEPS / seen.duration_s if seen.duration_s > 0 else 0.0
            page = max(1, round(seen.length_s * steps_per_s))
            self.setPageStep(page)
            self.setSingleStep(max(1, round(page * _BAR_STEP_SHARE)))
            self.setMaximum(max(_BAR_STEPS - page, 0))
            self.setValue(round(seen.start_s * steps_per_s))
        self.setVisible(not seen.is_whole)

    def _pan(self, value: int) -> None:
        self._view.pan_to(value / _BAR_STEPS * self._view.visible_range.duration_s)


class WaveformButtons(QWidget):
    """Zoom in, out, to all and to the selection, and whether ends snap to pauses."""

    def __init__(self, *, view: SelectableWaveform, theme: Theme, name: str) -> None:
        super().__init__()
        self._view = view
        self._in = self._button(theme, f"{name}-zoom-in", "zoom-in", tr("Show less, larger (+)"))
        self._in.clicked.connect(view.zoom_in)
        self._out = self._button(theme, f"{name}-zoom-out", "zoom-out", tr("Show more, smaller (-)"))
        self._out.clicked.connect(view.zoom_out)
        self._whole = self._button(theme, f"{name}-zoom-whole", "zoom-whole", tr("Show everything (0)"))
        self._whole.clicked.connect(view.show_whole)
        self._selected = self._button(
            theme, f"{name}-zoom-selection", "zoom-selection", tr("Show what is selected (S)")
        )
        self._selected.clicked.connect(view.show_selected)
        self._snap = self._button(
            theme,
            f"{name}-snap",
            "snap",
            tr("Dragged ends snap to pauses, unless Alt is held"),
        )
        self._snap.setCheckable(True)
        self._snap.setChecked(view.snaps)
        self._snap.toggled.connect(view.set_snapping)
        view.snap_changed.connect(self._snap.setChecked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for made in self.tab_stops():
            layout.addWidget(made)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def tab_stops(self) -> tuple[QPushButton, ...]:
        """What the keyboard reaches here, from left to right."""
        return (self._in, self._out, self._whole, self._selected, self._snap)

    def _button(self, theme: Theme, name: str, icon: str, tip: str) -> QPushButton:
        made = button("", name=name, tip=tip, role="tool")
        set_icon(made, icon, theme=theme)
        return made

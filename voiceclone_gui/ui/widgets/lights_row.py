"""The check of the selected part as a row of lights; each opens one sentence and one cure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.sample_check import Light, LightKind, Verdict
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.icons import load_icon
from voiceclone_gui.ui.messages import Message, Tone
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.flow_layout import FlowLayout
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import button

_ICON_PX = 14
# The shape says it too: not everybody tells the colours apart.
_LOOKS = {
    Verdict.GOOD: ("dot", "good"),
    Verdict.WARN: ("triangle", "warning"),
    Verdict.BAD: ("square", "refusal"),
    Verdict.UNKNOWN: ("ring", "secondary_text"),
}
_TONES = {
    Verdict.GOOD: Tone.INFORMATION,
    Verdict.WARN: Tone.WARNING,
    Verdict.BAD: Tone.REFUSAL,
    Verdict.UNKNOWN: Tone.INFORMATION,
}

_TROUBLES = {Verdict.WARN, Verdict.BAD}


class LightsRow(QWidget):
    """Signals ``action_wanted(Action)``: the cure of a light was pressed; ``opened()``: one shows its
    sentence. Lights warn; they forbid nothing.

    With ``only_troubles`` what is good or can't be told takes no room.
    """

    action_wanted = Signal(object)
    opened = Signal()

    def __init__(
        self, *, theme: Theme, name: str, actions: Collection[Action], only_troubles: bool = False
    ) -> None:
        super().__init__()
        self.setObjectName(f"{name}-lights")
        self._theme = theme
        self._only_troubles = only_troubles
        self._lights: dict[LightKind, Light] = {}
        self._opened: LightKind | None = None
        self._buttons: dict[LightKind, QPushButton] = {}
        self._flow = FlowLayout(gap_px=2)
        for kind in LightKind:
            made = button("", name=f"{name}-light-{kind.value}", tip=short_names()[kind], role="light")
            made.setCheckable(True)
            made.clicked.connect(lambda _=False, k=kind: self._open(k))
            self._flow.addWidget(made)
            self._buttons[kind] = made
        self._notice = Notice(actions=actions, can_be_dismissed=True)
        self._notice.action_wanted.connect(self.action_wanted)
        self._notice.dismissed.connect(lambda: self._open(self._opened))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._flow)
        layout.addWidget(self._notice)
        theme.changed.connect(self._paint)
        if only_troubles:
            # Shown, it would be a window of its own, since it has no place yet.
            self.hide()

    def show_lights(self, lights: Sequence[Light]) -> None:
        """Show these lights, in their order; a light that was opened stays open."""
        shown = {
            light.kind: light for light in lights if light.verdict in _TROUBLES or not self._only_troubles
        }
        if shown == self._lights:
            return
        self._lights = shown
        if self._only_troubles:
            self.setVisible(bool(shown))
        self._paint()

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches here, in order."""
        return tuple(self._buttons.values())

    def _open(self, kind: LightKind | None) -> None:
        self._opened = None if kind is self._opened else kind
        self._paint()
        if self._opened is not None:
            self.opened.emit()

    def _paint(self) -> None:
        size_px = round(_ICON_PX * self._theme.text_scale)
        for kind, made in self._buttons.items():
            light = self._lights.get(kind)
            if made.isHidden() == (light is not None):
                # Not each time: Qt would lay out the page anew.
                made.setVisible(light is not None)
            if light is None:
                continue
            icon, color = _LOOKS[light.verdict]
            made.setIcon(load_icon(icon, self._theme.tokens.color(color)))
            made.setIconSize(QSize(size_px, size_px))
            made.setText(light_words(light))
            sentence = say(light)
            made.setToolTip(f"{sentence.title} {sentence.cure}".strip())
            made.setAccessibleName(f"{light_words(light)}: {verdict_words()[light.verdict]}")
            made.setAccessibleDescription(made.toolTip())
            made.setChecked(kind is self._opened)
        self._show_opened()

    def _show_opened(self) -> None:
        light = self._lights.get(self._opened) if self._opened is not None else None
        if light is None:
            self._notice.show_message(None)
            return
        sentence = say(light)
        self._notice.show_message(
            Message(
                title=sentence.title,
                cure=sentence.cure,
                tone=_TONES[light.verdict],
                action=light.action,
                code=light.code,
            )
        )


def verdict_words() -> dict[Verdict, str]:
    """What a light says to who doesn't see it."""
    return {
        Verdict.GOOD: tr("good"),
        Verdict.WARN: tr("could be better"),
        Verdict.BAD: tr("bad"),
        Verdict.UNKNOWN: tr("can't be told"),
    }


def light_words(light: Light) -> str:
    """The few words beside a light."""
    values = light.values
    if light.kind is LightKind.LENGTH:
        return tr("{seconds} s", seconds=f"{float(str(values['duration_s'])):.1f}")
    if light.kind is LightKind.LOUDNESS and "speech_dbfs" in values:
        return tr("Loudness {level} dB", level=values["speech_dbfs"])
    if light.kind is LightKind.SPEECH and "speech_percent" in values:
        return tr("Speech {percent} %", percent=values["speech_percent"])
    return verdict_names().get((light.kind, light.verdict), short_names()[light.kind])


def verdict_names() -> dict[tuple[LightKind, Verdict], str]:
    """What some lights are called for what they say."""
    return {
        (LightKind.NOISE, Verdict.GOOD): tr("Quiet background"),
        (LightKind.CLIPPING, Verdict.GOOD): tr("No clipping"),
        (LightKind.BANDWIDTH, Verdict.WARN): tr("Telephone sound"),
    }


def short_names() -> dict[LightKind, str]:
    """What each light is about."""
    return {
        LightKind.LENGTH: tr("Length"),
        LightKind.LOUDNESS: tr("Loudness"),
        LightKind.NOISE: tr("Noise"),
        LightKind.CLIPPING: tr("Clipping"),
        LightKind.SPEECH: tr("Speech"),
        LightKind.BANDWIDTH: tr("Bandwidth"),
        LightKind.CONTENT: tr("A hint"),
    }

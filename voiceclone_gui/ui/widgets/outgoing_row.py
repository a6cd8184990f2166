"""What will be sent, in words; to be heard and saved as exactly those bytes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from voiceclone_gui.core.sample import ChannelChoice
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.widgets.flow_layout import FlowLayout
from voiceclone_gui.ui.widgets.parts import button, set_role


class OutgoingRow(QWidget):
    """Signals: ``listen_wanted()``, ``save_wanted()``, ``channels_wanted(ChannelChoice)``."""

    listen_wanted = Signal()
    save_wanted = Signal()
    channels_wanted = Signal(object)

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}-outgoing")
        self._words = _Words()
        self._listen = button(
            tr("Listen to what is sent"),
            name=f"{name}-listen",
            tip=tr("Make the file that is sent, and play it: byte for byte what the service gets"),
            role="link",
            on_click=self.listen_wanted.emit,
        )
        self._save = button(
            tr("Save what is sent…"),
            name=f"{name}-save-sent",
            tip=tr("Make the file that is sent, and keep a copy of it"),
            role="link",
            on_click=self.save_wanted.emit,
        )
        self._channels = QComboBox()
        self._channels.setObjectName(f"{name}-channels")
        self._channels.setAccessibleName(tr("Channel"))
        self._channels.setToolTip(tr("Which channel of a stereo recording has the voice"))
        for choice, words in channel_words().items():
            self._channels.addItem(words, choice)
        self._channels.activated.connect(
            lambda index: self.channels_wanted.emit(self._channels.itemData(index))
        )
        flow = FlowLayout(gap_px=8)
        for part in (self._words, self._channels, self._listen, self._save):
            flow.addWidget(part)
        self.setLayout(flow)
        self.show_heard(playing=False)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches here, in order."""
        return self._channels, self._listen, self._save

    def show_words(self, words: str, *, channels: ChannelChoice | None, can_change: bool) -> None:
        """Say what will be sent, ``""`` for nothing; ``channels`` is ``None`` where none is to be chosen."""
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._channels.setVisible(channels is not None)
        if channels is not None:
            self._channels.setCurrentIndex(self._channels.findData(channels))
        self._channels.setEnabled(can_change)
        for link in (self._listen, self._save):
            link.setVisible(bool(words))

    def show_heard(self, *, playing: bool) -> None:
        """Show whether what is sent is heard now."""
        self._listen.setText(tr("Stop") if playing else tr("Listen to what is sent"))


class _Words(QLabel):
    """One line where it fits."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        set_role(self, "hint")

    def sizeHint(self) -> QSize:
        # Else Qt breaks it into lines of equal length.
        width_px = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(width_px, self.fontMetrics().height() + 2)


def channel_words() -> dict[ChannelChoice, str]:
    """What each choice of a channel is called."""
    return {
        ChannelChoice.AUTO: tr("Channel: automatic"),
        ChannelChoice.BOTH: tr("Both channels, mixed"),
        ChannelChoice.LEFT: tr("Left channel only"),
        ChannelChoice.RIGHT: tr("Right channel only"),
    }

"""What will be sent, as a screen reader tells it."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from voiceclone_gui.ui.widgets.outgoing_row import OutgoingRow


def test_the_link_that_plays_is_called_what_it_shows(qtbot: QtBot) -> None:
    row = OutgoingRow(name="recording")
    qtbot.addWidget(row)
    link = row.findChild(QPushButton, "recording-listen")
    assert isinstance(link, QPushButton)
    for playing, words in ((False, "Listen to what is sent"), (True, "Stop")):
        row.show_heard(playing=playing)
        told = QAccessible.queryAccessibleInterface(link)
        assert told is not None
        assert told.text(QAccessible.Text.Name) == link.text() == words

"""Widgets side by side that go on in the next line where the room ends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from voiceclone_gui.ui.widgets.flow_layout import FlowLayout


class Box(QWidget):
    def __init__(self, width_px: int, height_px: int) -> None:
        super().__init__()
        self._size = QSize(width_px, height_px)

    def sizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        return self._size

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - the name is Qt's
        return self._size


@pytest.fixture
def shown(qtbot: QtBot) -> tuple[QWidget, list[Box]]:
    page = QWidget()
    flow = FlowLayout(gap_px=10, line_gap_px=5)
    boxes = [Box(100, 20), Box(100, 40), Box(50, 20)]
    for box in boxes:
        flow.addWidget(box)
    page.setLayout(flow)
    qtbot.addWidget(page)
    page.show()
    return page, boxes


def places(page: QWidget, boxes: list[Box], width_px: int) -> list[tuple[int, int]]:
    page.resize(width_px, 200)
    page.layout().activate()  # type: ignore[union-attr]
    return [(box.x(), box.y()) for box in boxes if box.isVisible()]


def test_they_stand_in_one_line_in_its_middle_where_there_is_room(shown: tuple[QWidget, list[Box]]) -> None:
    assert places(*shown, 270) == [(0, 10), (110, 0), (220, 10)]
    assert shown[0].layout().heightForWidth(270) == 40  # type: ignore[union-attr]


def test_they_go_on_in_the_next_line_where_it_ends(shown: tuple[QWidget, list[Box]]) -> None:
    assert places(*shown, 269) == [(0, 10), (110, 0), (0, 45)]
    assert places(*shown, 120) == [(0, 0), (0, 25), (0, 70)]
    assert shown[0].layout().heightForWidth(120) == 90  # type: ignore[union-attr]


def test_what_is_hidden_takes_no_room(shown: tuple[QWidget, list[Box]]) -> None:
    page, boxes = shown
    boxes[1].hide()
    assert places(page, boxes, 200) == [(0, 0), (110, 0)]


def test_what_is_wider_than_the_page_is_as_wide_as_the_page(shown: tuple[QWidget, list[Box]]) -> None:
    page, boxes = shown
    page.setMinimumSize(1, 1)
    page.layout().setSizeConstraint(page.layout().SizeConstraint.SetNoConstraint)  # type: ignore[union-attr]
    places(page, boxes, 60)
    assert boxes[0].width() == 60

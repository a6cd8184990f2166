"""The selected part as two times that can be typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.widgets.span_fields import SpanFields


@pytest.fixture
def fields(qtbot: QtBot) -> SpanFields:
    made = SpanFields(name="recording")
    qtbot.addWidget(made)
    made.show_span(Span(start_s=2.0, end_s=10.5), duration_s=60.0)
    return made


def field(fields: SpanFields, which: str) -> QLineEdit:
    found = fields.findChild(QLineEdit, f"recording-{which}")
    assert isinstance(found, QLineEdit)
    return found


def typed(fields: SpanFields, which: str, text: str) -> list[Span]:
    wanted: list[Span] = []
    fields.span_wanted.connect(wanted.append)
    target = field(fields, which)
    target.selectAll()
    QTest.keyClicks(target, text)
    QTest.keyClick(target, Qt.Key.Key_Return)
    return wanted


def test_they_show_hundredths(fields: SpanFields) -> None:
    assert (field(fields, "from").text(), field(fields, "to").text()) == ("0:02.00", "0:10.50")


def test_a_typed_time_is_asked_for(fields: SpanFields) -> None:
    assert typed(fields, "from", "7,25") == [Span(start_s=7.25, end_s=10.5)]


def test_an_end_behind_the_recording_is_its_end(fields: SpanFields) -> None:
    assert typed(fields, "to", "2:00") == [Span(start_s=2.0, end_s=60.0)]


@pytest.mark.parametrize(("which", "text"), [("from", "soon"), ("from", "1:00"), ("to", "0"), ("to", "")])
def test_what_is_no_part_is_taken_back(fields: SpanFields, which: str, text: str) -> None:
    before = field(fields, which).text()
    refused: list[str] = []
    fields.refused.connect(refused.append)
    if text:
        assert typed(fields, which, text) == []
    else:
        field(fields, which).clear()
        QTest.keyClick(field(fields, which), Qt.Key.Key_Return)
    assert field(fields, which).text() == before
    assert refused == ([text] if text else [])


def test_a_field_that_nobody_typed_into_refuses_nothing(fields: SpanFields) -> None:
    refused: list[str] = []
    fields.refused.connect(refused.append)
    fields.show_span(Span(start_s=0.0, end_s=0.0), duration_s=0.0)
    QTest.keyClick(field(fields, "from"), Qt.Key.Key_Return)
    assert refused == []


@pytest.mark.parametrize(
    ("which", "text", "start_s", "end_s"),
    [("from", "0:30", 30.0, 38.5), ("from", "55", 55.0, 60.0), ("to", "1.5", 0.0, 1.5)],
)
def test_a_time_beyond_the_other_end_takes_the_part_along(
    fields: SpanFields, which: str, text: str, start_s: float, end_s: float
) -> None:
    assert typed(fields, which, text) == [Span(start_s=start_s, end_s=end_s)]


def test_the_end_that_is_not_typed_in_stays_where_it_is_to_the_sample(fields: SpanFields) -> None:
    fields.show_span(Span(start_s=2.004, end_s=10.5), duration_s=60.0)
    assert typed(fields, "to", "9") == [Span(start_s=2.004, end_s=9.0)]


def test_a_field_that_is_typed_in_stays_while_the_part_moves(fields: SpanFields) -> None:
    target = field(fields, "from")
    target.selectAll()
    QTest.keyClicks(target, "4")
    fields.show_span(Span(start_s=3.0, end_s=10.5), duration_s=60.0)
    assert target.text() == "4"
    fields.show_span(Span(start_s=3.0, end_s=11.0), duration_s=60.0)
    assert field(fields, "to").text() == "0:11.00"

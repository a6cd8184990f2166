"""Where there is little room, what the user has just asked for is in view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget

from tests.fakes.spoken import SAMPLE_RECORDING
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.errors import Action
from voiceclone_gui.ui.messages import Message
from voiceclone_gui.ui.widgets.notice import Notice

SIZES = [pytest.param((1180, 760), id="usual"), pytest.param((900, 620), id="small")]


def is_all_seen(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


@pytest.mark.parametrize("size", SIZES)
async def test_a_clip_that_was_cut_comes_into_view_with_its_words(
    size: tuple[int, int], bench: WindowBench
) -> None:
    bench.program.window.resize(*size)
    bench.program.controller.open_files([SAMPLE_RECORDING])
    await bench.until(lambda: bench.state.recording is not None and bench.state.recording.is_refined)
    bench.program.clone.cut_clip_from_recording()
    words = bench.program.window.findChild(QLineEdit, "prompt-text")
    await bench.until(lambda: is_all_seen(words))


async def test_what_is_loaded_at_once_begins_with_the_recording(bench: WindowBench) -> None:
    bench.program.window.resize(900, 620)
    await bench.load(24.0)
    await bench.until(lambda: is_all_seen(bench.find(QWidget, "recording-waveform")))


async def test_a_wide_message_has_its_buttons_beside_its_words(bench: WindowBench) -> None:
    bench.program.window.resize(1180, 760)
    message = Message(title="Something.", cure="Do something.", action=Action.PUT_BACK)
    bench.program.messages.post(message)
    notice = bench.program.window.banner
    pressed = [made for made in notice.findChildren(QAbstractButton) if made.isVisible()]
    await bench.until(lambda: len({made.geometry().center().y() for made in pressed}) == 1)
    words = QRect()
    for shown in notice.findChildren(QLabel):
        if shown.isVisible():
            words = words.united(shown.geometry())
    assert all(made.geometry().left() > words.right() for made in pressed)
    await bench.until(lambda: notice.height() < 2 * pressed[0].height())


def test_a_narrow_message_has_its_buttons_below_its_words(qtbot: object) -> None:
    notice = Notice(actions={Action.PUT_BACK}, can_be_dismissed=True)
    notice.show_message(Message(title="Something.", cure="Do something.", action=Action.PUT_BACK))
    notice.resize(300, 200)
    notice.show()
    cure = next(made for made in notice.findChildren(QLabel) if made.text() == "Do something.")
    action = notice.findChild(QPushButton, "notice-action")
    assert action.geometry().top() >= cure.geometry().bottom()
    notice.close()

"""Where there is little room, what the user has just asked for is in view."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget

from tests.fakes.spoken import SAMPLE_RECORDING
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.errors import Action
from voiceclone_gui.ui.messages import Message
from voiceclone_gui.ui.widgets.card_column import CardColumn
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.waveform_view import WaveformView

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


async def test_nothing_is_offered_to_zoom_without_a_recording(bench: WindowBench) -> None:
    await bench.until(lambda: bench.program.page.findChild(QPushButton, "recording-zoom-in"))
    zoom = bench.program.page.findChild(QPushButton, "recording-zoom-in")
    await asyncio.sleep(0.05)
    assert not zoom.isVisible()
    await bench.load()
    assert zoom.isVisible()
    bench.program.clone.clear()
    assert not zoom.isVisible()


def waveform_px(bench: WindowBench) -> int:
    return bench.find(WaveformView, "recording-waveform").height_px


def hidden_below(bench: WindowBench) -> list[int]:
    """How many pixels each column could still scroll."""
    return [column.verticalScrollBar().maximum() for column in bench.program.page.findChildren(CardColumn)]


async def test_recording_clip_and_words_are_all_in_view_at_the_usual_size(bench: WindowBench) -> None:
    bench.program.controller.choose_profile("practice")
    bench.program.window.resize(1180, 760)
    bench.program.controller.try_sample()
    await bench.until(lambda: bench.state.clip is not None and bench.state.clip.is_refined)
    await bench.until(lambda: bench.state.recording is not None and bench.state.recording.is_refined)
    assert bench.program.window.strip.isVisible()
    await bench.until(lambda: hidden_below(bench) == [0, 0])
    assert is_all_seen(bench.find(QLineEdit, "prompt-text"))


async def test_the_waveform_takes_the_room_that_is_left_and_gives_it_back(bench: WindowBench) -> None:
    bench.program.window.resize(1180, 1000)
    bench.program.controller.try_sample()
    await bench.until(lambda: bench.state.recording is not None and bench.state.recording.is_refined)
    await bench.until(lambda: waveform_px(bench) == 200)
    bench.program.window.resize(1180, 760)
    await bench.until(lambda: 80 <= waveform_px(bench) < 150)
    await bench.until(lambda: hidden_below(bench) == [0, 0])
    bench.program.window.resize(900, 620)
    await bench.until(lambda: waveform_px(bench) == 150)
    bench.program.window.resize(1180, 900)
    bench.program.clone.remove_clip()
    await bench.until(lambda: waveform_px(bench) == 200)
    await bench.until(lambda: hidden_below(bench) == [0, 0])


async def test_the_waveform_keeps_its_height_while_an_end_is_dragged(bench: WindowBench) -> None:
    """A message that comes and goes while an end moves would move the end away from under the mouse."""
    bench.program.window.resize(1180, 760)
    bench.program.controller.open_files([SAMPLE_RECORDING])
    await bench.until(lambda: bench.state.recording is not None and bench.state.recording.is_refined)
    await bench.until(lambda: hidden_below(bench) == [0, 0])
    before = waveform_px(bench)
    view = bench.find(WaveformView, "recording-waveform")
    left, middle = QPoint(view.width() - 3, 40), QPoint(view.width() // 6, 40)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=left)
    for place in (left - QPoint(40, 0), middle):
        QTest.mouseMove(view, place)
    assert bench.state.recording.span.duration_s < 10
    await bench.until(lambda: any(n.isVisible() for n in bench.program.page.findChildren(Notice)))
    for _ in range(6):
        await asyncio.sleep(0.05)
        assert waveform_px(bench) == before
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle)
    await bench.until(lambda: waveform_px(bench) < before)
    await bench.until(lambda: hidden_below(bench) == [0, 0])


ROOMS = [
    pytest.param(1.0, (1250, 900), (1250, 700), False, id="bar goes"),
    pytest.param(1.0, (1250, 900), (1250, 760), True, id="bar goes with a clip"),
    pytest.param(1.0, (1100, 900), (1100, 840), True, id="narrow"),
    pytest.param(1.5, (1400, 760), (1400, 900), False, id="large text"),
]


@pytest.mark.parametrize(("scale", "before", "size", "has_clip"), ROOMS)
async def test_the_waveform_comes_to_rest(
    bench: WindowBench, scale: float, before: tuple[int, int], size: tuple[int, int], has_clip: bool
) -> None:
    """The bar broke lines, which took the height that made it necessary: the page flickered for ever."""
    if has_clip:
        bench.program.controller.try_sample()
        await bench.until(lambda: bench.state.clip is not None and bench.state.clip.is_refined)
    else:
        bench.program.controller.open_files([SAMPLE_RECORDING])
    await bench.until(lambda: bench.state.recording is not None and bench.state.recording.is_refined)
    bench.program.settings.change(text_percent=round(100 * scale))
    for room in (before, size):
        bench.program.window.resize(*room)
        await asyncio.sleep(0.05)
    view = bench.find(WaveformView, "recording-waveform")
    heights = []
    set_height = view.set_height
    view.set_height = lambda height_px: (heights.append(height_px), set_height(height_px))
    for _ in range(20):
        await asyncio.sleep(0.05)
    assert len(set(heights[-10:])) <= 1
    assert len(heights) < 10


async def test_the_keyboard_stays_with_a_button_that_moves(bench: WindowBench) -> None:
    await bench.load()
    bench.program.window.resize(1180, 760)
    await asyncio.sleep(0.05)
    zoom = bench.find(QPushButton, "recording-zoom-in")
    zoom.setFocus()
    bench.program.window.resize(920, 760)
    await bench.until(lambda: zoom.mapTo(bench.program.page, QPoint(0, 0)).y() > 100)
    await bench.until(zoom.hasFocus)


async def test_a_drag_ends_where_its_waveform_goes(bench: WindowBench) -> None:
    """Nobody was told that the mouse was let go, and the page waited for that from then on."""
    await bench.load()
    view = bench.find(WaveformView, "recording-waveform")
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 40))
    QTest.mouseMove(view, QPoint(150, 40))
    assert view.is_held
    bench.program.clone.clear()
    assert not view.is_held


@pytest.mark.parametrize("place", ["recording", "clip"])
async def test_what_stands_there_can_be_recorded_anew(bench: WindowBench, place: str) -> None:
    bench.program.controller.try_sample()
    await bench.until(lambda: bench.state.clip is not None and bench.state.clip.facts is not None)
    wanted: list[str] = []
    bench.program.page.record_wanted.disconnect()
    bench.program.page.record_wanted.connect(wanted.append)
    _, record, *_ = bench.find(QPushButton, f"replace-{place}").menu().actions()
    assert record.text() == "Record…"
    record.trigger()
    assert wanted == [place]


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


def test_a_name_that_is_longer_than_a_line_is_broken(qtbot: object) -> None:
    """It was cut at the edge."""
    notice = Notice(actions=())
    name = "x" * 200
    notice.show_message(Message(title=f"{name}.wav is used.", cure="Do something."))
    notice.resize(400, 300)
    notice.show()
    title = next(made for made in notice.findChildren(QLabel) if made.text().startswith("x"))
    assert title.text().replace("\u200b", "") == f"{name}.wav is used."
    assert title.heightForWidth(title.width()) > 3 * title.fontMetrics().height()
    assert notice.accessibleName() == f"{name}.wav is used."
    notice.close()


def test_a_narrow_message_has_its_buttons_below_its_words(qtbot: object) -> None:
    notice = Notice(actions={Action.PUT_BACK}, can_be_dismissed=True)
    notice.show_message(Message(title="Something.", cure="Do something.", action=Action.PUT_BACK))
    notice.resize(300, 200)
    notice.show()
    cure = next(made for made in notice.findChildren(QLabel) if made.text() == "Do something.")
    action = notice.findChild(QPushButton, "notice-action")
    assert action.geometry().top() >= cure.geometry().bottom()
    notice.close()

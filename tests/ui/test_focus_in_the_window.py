"""Where the keyboard goes when the button that had it goes away: nowhere that another press could harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from tests.fakes.window_bench import WindowBench
from voiceclone_gui.practice.faults import Break, Gate, Hold, Point, Step
from voiceclone_gui.ui.messages import Message


class WindowWatch(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched.objectName() or type(watched).__name__)
        return False


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[WindowWatch]:
    made = WindowWatch()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def focused(bench: WindowBench) -> str:
    widget = bench.program.window.focusWidget()
    return "" if widget is None else widget.objectName() or type(widget).__name__


async def press(bench: WindowBench, name: str) -> None:
    """With the keyboard, as somebody does who doesn't use a mouse."""
    found = bench.find(QPushButton, name)
    await bench.until(found.isEnabled)
    found.setFocus()
    QTest.keyClick(found, " ")


async def test_a_clone_that_begins_leaves_the_keyboard_to_the_page(bench: WindowBench) -> None:
    """It went to a tab of the header, which wore a ring from then on."""
    await bench.ready()
    gate = Gate()
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK))
    await press(bench, "clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    assert focused(bench) == "ClonePage"
    gate.open()
    await bench.until(lambda: bench.state.result is not None)


async def test_a_job_that_is_settled_leaves_the_keyboard_to_the_page(bench: WindowBench) -> None:
    """It went to the button of the banner: one more press opened what nobody had asked for."""
    await bench.ready()
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK))
    bench.click("clone")
    await bench.until(lambda: bench.state.open_job is not None)
    bench.program.messages.post(Message(title="Something else."))
    await press(bench, "job-later")
    await bench.until(lambda: not bench.program.window.findChild(QWidget, "open-job").isVisible())
    assert focused(bench) == "ClonePage"
    assert bench.program.window.banner.isVisible()


async def test_a_banner_that_is_closed_leaves_the_keyboard_to_the_page(bench: WindowBench) -> None:
    bench.program.messages.post(Message(title="Something."))
    await press(bench, "notice-close")
    assert focused(bench) == "ClonePage"


async def test_a_check_that_is_over_has_the_keyboard_again(bench: WindowBench) -> None:
    await bench.ready()
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK))
    bench.click("clone")
    await bench.until(lambda: bench.state.open_job is not None)
    await press(bench, "job-check")
    await bench.until(lambda: bench.state.open_job.note)
    await bench.until(lambda: not bench.state.open_job.is_busy)
    assert focused(bench) == "job-check"


async def test_nothing_but_the_window_is_ever_shown_as_a_window(
    watch: WindowWatch, bench: WindowBench
) -> None:
    """A part that is shown before it has its place is a window of its own for a moment: it flashes, and the
    keyboard is gone. The first message did that.
    """
    await bench.ready()
    bench.program.messages.post(Message(title="Something."))
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK))
    bench.click("clone")
    await bench.until(lambda: bench.state.open_job is not None)
    bench.click("job-details")
    bench.click("page-voices")
    bench.click("settings")
    assert set(watch.shown) == {"main-window"}


async def test_files_that_were_used_before_open_no_window_of_their_own(
    bench: WindowBench, watch: WindowWatch
) -> None:
    watch.shown.clear()
    bench.program.settings.add_recent(bench.recording(5.0, "clip.wav"))
    bench.program.page.show_recent(bench.program.settings.state.recent_files)
    assert bench.find(QPushButton, "recent").isVisible()
    windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert [widget.objectName() for widget in windows] == ["main-window"]
    await bench.load(24.0)
    assert bench.find(QPushButton, "replace-recording").window() is bench.program.window
    assert watch.shown == []

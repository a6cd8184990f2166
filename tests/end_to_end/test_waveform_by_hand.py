"""The waveform on a screen of its own: selected by a real mouse and keyboard, and read by a screen reader."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.desktop import Desktop, until
from tests.fakes.window_user import WindowUser

SCREENS = Path(__file__).parents[2] / "build" / "screens"
PROGRAM = "tests.fakes.waveform_program"
SELECTED = re.compile(r"Selected 0:(\d\d\.\d\d) to 0:(\d\d\.\d\d), (\d+\.\d\d) seconds, of 0:24\.73")


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with Desktop(folder=tmp_path / "desktop") as made:
        yield made


class Listener:
    """Somebody who uses the waveform and hears what is told of it."""

    def __init__(self, desktop: Desktop) -> None:
        self._heard: list[tuple[str, str, object]] = []
        desktop.start_python("-m", PROGRAM)
        self.user = WindowUser(desktop=desktop)
        self.left, self.top, self.width, _ = self.user.find_still("recording-waveform").place

    def x(self, time_s: float) -> int:
        return self.left + round(time_s / 24.73 * self.width)

    def drag(self, start_s: float, end_s: float, *, y: int = 94) -> None:
        first, last = self.x(start_s), self.x(end_s)
        self.user.xdotool("mousemove", first, self.top + y, "mousedown", 1)
        for share in (0.2, 0.5, 0.8, 1.0):
            self.user.xdotool("mousemove", round(first + (last - first) * share), self.top + y)
        self.user.xdotool("mouseup", 1)

    def selected(self) -> tuple[float, ...]:
        """What the screen reader says is selected."""
        found = SELECTED.fullmatch(self.user.find("recording-waveform").description)
        return tuple(float(part) for part in found.groups()) if found else ()

    def wait_selected(self, start_s: float, end_s: float) -> None:
        wanted = (start_s, end_s, end_s - start_s)
        until(lambda: self.selected() == pytest.approx(wanted, abs=0.06), f"{start_s} to {end_s} is selected")

    def wait_told(self, name: str, what: str, pattern: str) -> None:
        def told() -> bool:
            self._heard += self.user.announced()
            return any(n == name and w == what and re.fullmatch(pattern, str(v)) for n, w, v in self._heard)

        until(told, f"{name} tells {pattern!r}")


def test_a_part_is_selected_by_hand_and_read_out(desktop: Desktop) -> None:
    listener = Listener(desktop)
    user = listener.user
    # From nowhere near a pause to just beside the one at 10.3 s.
    listener.drag(3.5, 10.4)
    listener.wait_selected(3.5, 10.3)
    listener.wait_told("recording-waveform", "announcement", SELECTED.pattern)
    listener.drag(10.3, 15.0)
    listener.wait_selected(3.5, 15.0)
    listener.drag(5.0, 7.0, y=3)
    listener.wait_selected(5.5, 17.0)
    desktop.take_picture(SCREENS / "waveform-by-hand-xcb.png")

    # The last press was on the bar, so the play head has the keyboard.
    user.wait_focus("recording-waveform-head")
    user.press("Tab")
    start = user.wait_focus("recording-waveform-start")
    assert start.role == "slider"
    assert re.fullmatch(r"Start of the selection, 0:05\.\d\d", start.words)
    user.press("shift+Right", "ctrl+Right")
    listener.wait_selected(8.0, 17.0)
    listener.wait_told("recording-waveform-start", "value", r"800\.0")
    listener.wait_told("recording-waveform-start", "name", r"Start of the selection, 0:08\.00")
    user.press("Tab")
    user.wait_focus("recording-waveform-end")


def test_the_waveform_is_zoomed_and_panned_by_hand(desktop: Desktop) -> None:
    listener = Listener(desktop)
    user = listener.user
    assert user.see("recording-scroll") is None
    user.point_at(listener.x(12.0), listener.top + 90)
    user.xdotool("keydown", "ctrl", "click", 4, "click", 4, "click", 4, "keyup", "ctrl")
    user.find("recording-scroll")
    # 24.73 / 1.25**3 = 12.66 s are seen now: half of the width are 6.33 s.
    listener.drag(6.0, 6.0 + 24.73 / 2)
    until(
        lambda: listener.selected()[2:] == pytest.approx([6.33], abs=0.1), "half of what is seen is selected"
    )
    user.click("recording-zoom-whole")
    user.wait_gone("recording-scroll")
    user.click("recording-zoom-selection")
    user.find("recording-scroll")


@pytest.mark.parametrize("ratio", ["1", "1.5", "2"])
def test_every_pixel_on_a_screen_is_drawn_as_it_was_rendered(desktop: Desktop, ratio: str) -> None:
    wrong = desktop.run(sys.executable, "-m", PROGRAM, str(SCREENS), QT_SCALE_FACTOR=ratio)
    assert wrong == "0\n"
    assert len(list(SCREENS.glob(f"waveform-*-at-{ratio}-xcb.png"))) == 16

"""Somebody at the window: sees what a screen reader tells, and has a mouse and a keyboard."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.desktop import Desktop, until

READER = Path(__file__).with_name("at_spi_reader.py")
SYSTEM_PYTHON = "/usr/bin/python3"


# What scrolls ends a little below the button that clones.
_ROOM_PX = 90


@dataclass(frozen=True, kw_only=True)
class Control:
    """A control as it is announced. ``name`` is the program's own, ``words`` are what people hear,
    ``label`` what the label beside it says. ``place`` is left, top, width and height on the screen.
    """

    name: str
    words: str
    label: str
    role: str
    description: str
    text: str
    value: float | None
    place: tuple[int, int, int, int]
    focused: bool
    focusable: bool
    enabled: bool
    checked: bool

    @property
    def center(self) -> tuple[int, int]:
        """Where a click surely meets it."""
        left, top, width, height = self.place
        return left + width // 2, top + height // 2


class WindowUser:
    """Finds controls by the names that the program gives them, and waits for what is to come."""

    def __init__(self, *, desktop: Desktop) -> None:
        self._desktop = desktop
        self._reader = desktop.start(
            SYSTEM_PYTHON, str(READER), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    # -- seeing

    def see(
        self, name: str | None = None, *, words: str | None = None, role: str | None = None
    ) -> Control | None:
        """The first control shown that fits; ``None`` for none."""
        wanted = {"name": name, "words": words, "role": role}
        told = self._ask(do="find", **{k: v for k, v in wanted.items() if v is not None})
        return _control(told) if isinstance(told, dict) else None

    def find(self, name: str | None = None, *, words: str | None = None, role: str | None = None) -> Control:
        """Wait for a control."""
        what = f"{name or ''} {words or ''} {role or ''} is seen"
        return until(lambda: self.see(name, words=words, role=role), what)

    def find_enabled(self, name: str) -> Control:
        """Wait until a control can be used."""

        def usable() -> Control | None:
            control = self.see(name)
            return control if control is not None and control.enabled else None

        return until(usable, f"{name} can be used")

    def wait_gone(self, name: str) -> None:
        """Wait until a control isn't shown any more."""
        until(lambda: self.see(name) is None, f"{name} is gone")

    def wait_text(self, name: str, text: str) -> None:
        """Wait until a control holds that text."""

        def holds() -> bool:
            control = self.see(name)
            return control is not None and control.text == text

        until(holds, f"{name} holds {text!r}")

    def wait_checked(self, name: str, checked: bool = True) -> None:
        """Wait until a box is ticked."""

        def holds() -> bool:
            control = self.see(name)
            return control is not None and control.checked is checked

        until(holds, f"{name} is {'' if checked else 'not '}ticked")

    def wait_focus(self, name: str) -> Control:
        """Wait until a control has the keyboard."""

        def holds() -> Control | None:
            control = self.see(name)
            return control if control is not None and control.focused else None

        return until(holds, f"{name} has the keyboard")

    def focused(self) -> Control | None:
        """The control that has the keyboard."""
        told = self._ask(do="focused")
        return _control(told) if isinstance(told, dict) else None

    def everything(self) -> list[Control]:
        """Every control that is shown."""
        told = self._ask(do="all")
        assert isinstance(told, list)
        return [_control(each) for each in told]

    def announced(self) -> list[tuple[str, str, object]]:
        """Which controls have told that something changed since this was asked last: name, what, new value."""
        told = self._ask(do="announced")
        assert isinstance(told, list)
        return [(name, what, value) for name, what, value in told]

    # -- mouse

    def point_at(self, x: int, y: int) -> None:
        """Move the mouse."""
        self.xdotool("mousemove", x, y)

    def click_at(self, x: int, y: int) -> None:
        """Click with the left button."""
        self.xdotool("mousemove", x, y, "click", 1)

    def click(self, name: str | None = None, *, words: str | None = None, role: str | None = None) -> None:
        """Click on the middle of a control, once it stands still and can be used."""
        self.click_at(*self.find_still(name, words=words, role=role).center)

    def scroll_to(self, name: str, *, above: str = "clone") -> None:
        """Turn the wheel until a control is seen: not far below another one, which always is."""

        def is_seen() -> bool:
            x, y = self.find(name).center
            _, top, _, height = self.find(above).place
            if y < top + height + _ROOM_PX:
                return True
            # Over the card, well inside of what scrolls.
            self.xdotool("mousemove", x, top - 200, "click", 5)
            return False

        until(is_seen, f"{name} is scrolled to")

    def find_still(
        self, name: str | None = None, *, words: str | None = None, role: str | None = None
    ) -> Control:
        """Wait until a control can be used and stands where it stood a moment ago."""
        before: list[Control] = []

        def still() -> Control | None:
            control = self.see(name, words=words, role=role)
            if control is None or not control.enabled:
                return None
            stands = bool(before) and before[-1].place == control.place
            before.append(control)
            return control if stands else None

        return until(still, f"{name or ''} {words or ''} can be clicked")

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, over: str, picture: Callable[[], None]
    ) -> None:
        """Drag into another window and let go where that shows ``over``; ``picture`` is taken before."""
        self.xdotool("mousemove", *start, "mousedown", 1)
        steps = 12
        for step in range(1, steps + 1):
            share = step / steps
            x, y = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
            self.xdotool("mousemove", x, y)
        self.find(over)
        # Once more over the place itself: where it falls is told by the last move.
        self.xdotool("mousemove", end[0] + 2, end[1])
        picture()
        self.xdotool("mousemove", *end)
        self.xdotool("mouseup", 1)
        self.wait_gone(over)

    # -- keyboard

    def type(self, text: str) -> None:
        """Type into whatever has the keyboard."""
        self.xdotool("type", "--delay", 4, "--", text)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, such as ``ctrl+a`` or ``Tab``."""
        self.xdotool("key", "--delay", 15, *keys)

    def fill(self, name: str, text: str) -> None:
        """Click into a field and type over what stands there."""
        self.click(name)
        self.wait_focus(name)
        self.press("ctrl+a")
        self.type(text)
        self.wait_text(name, text)

    def xdotool(self, *arguments: object) -> str:
        """Mouse, keyboard and windows as X itself has them."""
        return self._desktop.run("xdotool", *(str(argument) for argument in arguments))

    def copy(self, text: str) -> None:
        """Copy as another program does, which then stands by to hand it over."""
        source = self._desktop.start(
            "xclip", "-in", "-selection", "clipboard", "-quiet", stdin=subprocess.PIPE
        )
        assert source.stdin is not None
        source.stdin.write(text)
        source.stdin.close()
        until(lambda: self.clipboard() == text, "it is in the clipboard")

    def clipboard(self) -> str:
        """What another program would paste; nothing where nothing was copied."""
        command = ["xclip", "-out", "-selection", "clipboard"]
        asked = subprocess.run(
            command, env=self._desktop.environment, capture_output=True, text=True, check=False
        )
        return asked.stdout

    def _ask(self, **question: object) -> object:
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write(json.dumps(question) + "\n")
        self._reader.stdin.flush()
        answer = self._reader.stdout.readline()
        assert answer, f"the reader has ended: {self._desktop.log_of(SYSTEM_PYTHON).read_text()}"
        return json.loads(answer)


def _control(told: dict[str, object]) -> Control:
    place = told.pop("place")
    return Control(place=tuple(place), **told)  # type: ignore[arg-type]

"""The real program with its window on a desktop of its own, and a service that it can be connected to."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fakes.desktop import ROOT, Desktop, until
from tests.fakes.drag_source import file_label_name
from tests.fakes.window_user import Control, WindowUser
from voiceclone_gui.practice.server import PracticeServer

# Qt's own copy of FFmpeg talks to itself about the first and last frames of an MP3.
DECODER_NOISE = re.compile(r"\[mp3float @ \w+\] Could not update timestamps for \w+ samples\.$")
PICTURES = ROOT / "build" / "end_to_end"


class WindowAtWork:
    """Starts the program on ``desktop`` and ends it with it.

    ``user`` sees and acts. Pictures of the stages stay in ``build/end_to_end``, named after ``story``.
    """

    def __init__(self, *, desktop: Desktop, server: PracticeServer, story: str) -> None:
        self.desktop = desktop
        self.server = server
        self.data_dir = desktop.folder / "data"
        self.user = WindowUser(desktop=desktop)
        self._story = story
        self._pictures = 0
        for older in PICTURES.glob(f"{story}-*.png"):
            older.unlink()
        self.program = desktop.start_python("-m", "voiceclone_gui", "--data-dir", str(self.data_dir))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.program.poll() is None:
            # It should have been ended: a test has failed, and this is what it saw.
            self.take_picture("failed")

    def take_picture(self, stage: str) -> None:
        """Keep what the screen shows now."""
        self._pictures += 1
        self.desktop.take_picture(PICTURES / f"{self._story}-{self._pictures}-{stage}.png")

    def connect(self) -> None:
        """Connect the program to the service by the mouse, as an own gateway."""
        user = self.user
        user.click("service")
        user.click("profile-gateway")
        user.fill("base-url", self.server.base_url)
        user.fill("prefix", "/minimaxi")
        user.click("token")
        user.type(self.server.token)
        self.take_picture("connecting")
        # The test's own environment has no keyring: nothing can be kept there.
        user.wait_checked("keep-typed-token", False)
        user.click("use-service")
        user.wait_gone("connection-dialog")
        user.find(words="Service: Own gateway")

    def drag_in(self, path: Path, *, share: tuple[float, float]) -> None:
        """Drag a file from the other program's window to a place in this one, by shares of its size."""
        start = self.user.find_still(file_label_name(path)).center
        left, top, width, height = self.user.find("main-window").place
        end = (round(left + width * share[0]), round(top + height * share[1]))
        self.user.drag(start, end, over="drop-overlay", picture=lambda: self.take_picture("dragging"))

    def choose(self, name: str, words: str) -> None:
        """Choose from a list by the mouse."""
        left, top, width, height = self.user.find_still(name).place
        self.user.click_at(left + width - 14, top + height // 2)
        self.user.click(words=words, role="list item")
        self.user.find(name, words=words)

    def wait_examined(self, path: Path) -> None:
        """Wait until the program has looked into a recording."""
        self.user.find(words=path.name, role="label")

    def wait_played_through(self) -> None:
        """Wait until the preview plays, and until it has come to its end."""
        self.user.find("play", words="Pause")
        self.user.find("play", words="Play")

    def played_s(self) -> float:
        """The place that the player shows, in seconds."""
        minutes, seconds = self._times().split(" / ")[0].split(":")
        return 60 * int(minutes) + float(seconds)

    def length_s(self) -> float:
        """The length that the player shows, in seconds."""
        minutes, seconds = self._times().split(" / ")[1].split(":")
        return 60 * int(minutes) + float(seconds)

    def sent_body(self) -> dict[str, object]:
        """The one clone request that the service was sent."""
        bodies = [json.loads(r.body) for r in self.server.requests if r.path == "/minimaxi/v1/voice_clone"]
        assert len(bodies) == 1
        return dict(bodies[0])

    def rows(self, table: str) -> list[dict[str, object]]:
        """What the program has on record."""
        with sqlite3.connect(self.data_dir / "library.sqlite3") as connection:
            connection.row_factory = sqlite3.Row
            rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
        connection.close()
        return rows

    def close(self, keys: str) -> None:
        """Close the window by keys, as people do: who sees that nothing happens presses them again.

        The window manager now and then loses a key that is grabbed while it works.
        """
        for _ in range(3):
            self.user.press(keys)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.program.wait(10)
                break
        self.end()

    def end(self) -> None:
        """Wait until the program has ended, well and with nothing said and nothing left behind."""
        assert self.program.wait(30) == 0
        said = self.desktop.log_of(sys.executable).read_text().splitlines()
        assert [line for line in said if not DECODER_NOISE.match(line)] == []
        until(lambda: not self.children(), "no process of the program is left", limit_s=2.0)

    def children(self) -> list[str]:
        """The command lines of the program's own processes."""
        lines = [" ".join(process.cmdline()) for process in self.desktop.processes()]
        return [line for line in lines if "multiprocessing" in line or "voiceclone_gui" in line]

    def tab_to(self, name: str) -> Control:
        """Press Tab until a control has the keyboard."""
        for _ in range(60):
            if self.tab().name == name:
                return self.user.find(name)
        raise AssertionError(f"Tab never came to {name}")

    def tab_round(self) -> list[Control]:
        """Everything that Tab comes to, until it begins anew."""
        first = self.tab()
        stops = [first]
        for _ in range(100):
            stop = self.tab()
            if (stop.name, stop.place) == (first.name, first.place):
                return stops
            stops.append(stop)
        raise AssertionError(f"Tab never came back to {first.name}")

    def tab(self, key: str = "Tab") -> Control:
        """Press Tab once; returns what has the keyboard then."""
        before = self.user.focused()
        self.user.press(key)

        def moved() -> Control | None:
            now = self.user.focused()
            is_new = now is not None and (before is None or now.place != before.place)
            return now if is_new else None

        return until(moved, f"the keyboard goes on from {before and before.name}")

    def _times(self) -> str:
        return self.user.find("player-times").words

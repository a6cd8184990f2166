"""Plays a file again and again and stops it at ever other moments; says how often it came through."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from voiceclone_gui.ui.player import Player

LONGEST_MS = 150


def main() -> None:
    app = QCoreApplication([])
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    done: list[Player] = []

    def begin() -> None:
        player = Player()
        player.load(path)
        player.play()
        QTimer.singleShot(len(done) * 7 % LONGEST_MS, partial(end, player))

    def end(player: Player) -> None:
        player.close()
        done.append(player)
        QTimer.singleShot(0, begin if len(done) < times else app.quit)

    QTimer.singleShot(0, begin)
    app.exec()
    sys.stdout.write(f"{len(done)}\n")


if __name__ == "__main__":
    main()

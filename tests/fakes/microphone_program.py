"""Opens a real microphone again and again and closes it at ever other moments; says how often it came through.

The window's thread stands still now and then, as it does in life; what each stretch brought is summed up.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QCoreApplication, QTimer

from voiceclone_gui.ui.recorder import MicrophoneInput

LONGEST_MS = 120


def main() -> None:
    app = QCoreApplication([])
    times = int(sys.argv[1])
    done: list[int] = []
    heard: list[int] = []
    microphones = MicrophoneInput()
    microphones.heard.connect(lambda piece: heard.append(len(piece)))

    def begin() -> None:
        assert microphones.open(microphones.microphones()[0].id) is not None
        QTimer.singleShot(len(done) * 7 % LONGEST_MS, end)

    def end() -> None:
        microphones.close()
        done.append(1)
        QTimer.singleShot(0, begin if len(done) < times else stand_still)

    def stand_still() -> None:
        """A second and a half without the event loop loses nothing."""
        sound_format = microphones.open(microphones.microphones()[0].id)
        assert sound_format is not None
        heard.clear()
        width = sound_format.channels * 4
        begun: list[float] = []

        def block() -> None:
            begun.append(time.monotonic())
            heard.clear()
            for _ in range(30):
                time.sleep(0.05)
            QTimer.singleShot(200, finish)

        def finish() -> None:
            wall_s = time.monotonic() - begun[0]
            got_s = sum(heard) / width / sound_format.rate_hz
            print(len(done), round(got_s / wall_s, 2), flush=True)
            microphones.close()
            app.quit()

        QTimer.singleShot(300, block)

    QTimer.singleShot(0, begin)
    app.exec()


if __name__ == "__main__":
    main()

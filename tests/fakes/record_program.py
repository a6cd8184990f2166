"""The recording window with a real microphone, or with one that the program itself speaks into.

With a folder as its first argument it records into that. Then either ``--by-itself SECONDS``: it records at once
and for so long, prints the path of what it made, and ends; or ``--pictures FOLDER``: it leaves pictures of
each state; or nothing: it is there to be used, and prints ``taken PATH`` when something is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.fakes.patient_loop import make_patient_loop
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.catalog.reading_texts import load_reading_texts
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.record_take import TakePhase, TakeRecorder
from voiceclone_gui.storage.recordings import Recordings
from voiceclone_gui.ui.microphone_permission import MicrophonePermission
from voiceclone_gui.ui.player import Player
from voiceclone_gui.ui.presenters.record_presenter import RecordPresenter
from voiceclone_gui.ui.presenters.record_state import RecordState
from voiceclone_gui.ui.recorder import MicrophoneInput
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.record_dialog import RecordDialog


def say(*words: object) -> None:
    print(*words, flush=True)


def make_presenter(folder: Path, *, purpose: Purpose = Purpose.VOICE_CLONE) -> RecordPresenter:
    recordings = Recordings(folder=folder)
    return RecordPresenter(
        purpose=purpose,
        folder=folder,
        recorder=TakeRecorder(recordings=recordings),
        microphones=MicrophoneInput(),
        permission=MicrophonePermission(),
        player=Player(),
        texts=load_reading_texts(),
        language="English",
        system=sys.platform,
        remember=lambda microphone_id: say("remembers", microphone_id),
    )


def record_by_itself(presenter: RecordPresenter, seconds: float) -> None:
    """Record as soon as there is a microphone; what is said on the way is printed."""
    begun: list[bool] = []
    told: list[str] = []

    def follow(state: RecordState) -> None:
        if state.problem is not None and state.problem.code not in told:
            told.append(state.problem.code)
            say("problem", state.problem.code)
        if state.warning is not None and state.warning.code not in told:
            told.append(state.warning.code)
            say("warning", state.warning.code)
        if state.can_record and not begun:
            begun.append(True)
            say("listens", state.microphone_id)
            presenter.record_or_pause()
        if state.phase is TakePhase.RECORDING and "recording" not in told:
            told.append("recording")
            say("recording")
        if state.can_use and begun and not told.count("used"):
            told.append("used")
            QTimer.singleShot(0, presenter.use)

    def stop_in_time(elapsed_s: float) -> None:
        say("elapsed", elapsed_s)
        if elapsed_s >= seconds:
            presenter.stop()

    presenter.state_changed.connect(follow)
    presenter.elapsed.connect(stop_in_time)


def main() -> None:
    app = QApplication(sys.argv[:1])
    folder = Path(sys.argv[1])
    presenter = make_presenter(folder)
    presenter.taken.connect(lambda path: say("taken", path))
    loop = make_patient_loop(app)
    presenter.left.connect(lambda: loop.call_soon(loop.stop))
    if len(sys.argv) > 3:
        record_by_itself(presenter, float(sys.argv[3]))
    else:
        theme = Theme(app=app, choice="light")
        dialog = RecordDialog(parent=None, presenter=presenter, theme=theme, catalog=load_catalog())
        dialog.open()
    presenter.begin()
    with loop:
        loop.run_forever()
    presenter.close()


if __name__ == "__main__":
    main()

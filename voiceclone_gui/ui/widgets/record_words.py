"""What the recording window says."""

from __future__ import annotations

from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.record_take import TakePhase
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.record_state import RecordState


def marks(state: RecordState) -> tuple[tuple[float, str], ...]:
    """The lengths that are marked, in seconds, with what each means."""
    first, second = state.marks_s
    if state.purpose is Purpose.PROMPT_AUDIO:
        return (first, tr("long enough")), (second, tr("stops by itself"))
    return (first, tr("long enough")), (second, tr("best"))


def voice_tip() -> str:
    """How to record a voice."""
    return tr(
        "Speak as the new voice is to speak, in a quiet room, a hand's width from the microphone. 10 seconds "
        "are enough for the service; a minute or two of varied speech makes a better voice."
    )


def clip_tip() -> str:
    """How to record an example clip."""
    return tr(
        "One sentence of 5 to 7.8 seconds, in the same voice as the recording. It ends by itself before it "
        "is too long. Say other words if you like, but remember them: the service wants to know them."
    )


def takes_words(state: RecordState) -> str:
    """How many takes there are, and where."""
    count = state.earlier + 1 if state.take is not None else 0
    return tr(
        "Takes so far: {count}. Each is written down while you speak, in {folder}.",
        count=count,
        folder=state.folder,
    )


def record_words(state: RecordState) -> tuple[str, str, str]:
    """What the button says that records, its icon, and its tip."""
    if state.phase is TakePhase.RECORDING:
        return tr("Pause"), "pause", tr("Write nothing down for a while (R)")
    if state.phase is TakePhase.PAUSED:
        return tr("Go on"), "record", tr("Go on with the take (R)")
    if state.take is not None:
        return tr("Record again"), "record", tr("Make another take; those before stay in the folder (R)")
    return tr("Record"), "record", tr("Begin to record (R)")

"""What the Clone page asks and says around a running clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceclone_gui.core.clock_text import exact_time
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.span import Span
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, Tone
from voiceclone_gui.ui.presenters.clone_state import RunState, SampleState

if TYPE_CHECKING:
    from voiceclone_gui.services.clone_events import CloneResult
    from voiceclone_gui.ui.dialogs import Question


def stop_question(run: RunState) -> Question:
    """What has to be known before nobody waits any more."""
    from voiceclone_gui.ui.dialogs import Question

    if run.made is not None:
        return Question(
            title=tr("Stop fetching the preview?"),
            text=tr("The voice is made; only its preview is missing. It can be fetched later, from Voices."),
            answers={"wait": tr("Keep waiting"), "stop": tr("Stop")},
        )
    return Question(
        title=tr("Stop waiting?"),
        text=tr(
            "The request has left already: the voice may be made and billed all the same. "
            "It stays in the list as unknown."
        ),
        answers={"wait": tr("Keep waiting"), "stop": tr("Stop waiting")},
    )


def after_result(made: CloneResult) -> Message | None:
    """What has to be said of a voice that is made, apart from its preview."""
    if made.record_error is not None:
        error = made.record_error
        # Not the error's own cure: trying again would make, and bill, a second voice.
        return Message(
            title=tr(
                "The voice {voice_id} is made, but couldn't be written down. Note its ID.",
                voice_id=made.voice.voice_id,
            ),
            cure=tr(
                "{reason} Don't clone again. Put that right and start the program anew: it asks about this "
                "voice then, and you say that it exists.",
                reason=say(error).title,
            ),
            code=error.code,
            detail=error.detail,
        )
    return None


def replaced(title: str, before: SampleState) -> Message:
    """A file took the place of another one, which isn't lost."""
    return Message(
        title=title,
        cure=tr("{name} can be put back.", name=before.path.name),
        tone=Tone.INFORMATION,
        action=Action.PUT_BACK,
    )


def best_selected(span: Span) -> Message:
    """The best part was found: nothing is selected without a word, and a way back."""
    return Message(
        title=tr(
            "Selected: {start} to {end}, {seconds} s.",
            start=exact_time(span.start_s),
            end=exact_time(span.end_s),
            seconds=f"{span.duration_s:.1f}",
        ),
        cure=tr("It has the most and clearest speech. Drag its ends to change it."),
        tone=Tone.INFORMATION,
        action=Action.PUT_BACK,
    )


def no_time(typed: str) -> Message:
    """What was typed as an end of the selected part is none."""
    return Message(
        title=tr("“{typed}” is no time in the recording.", typed=typed),
        cure=tr("Type it like 7.2, 0:07.20 or 1:02:03."),
        tone=Tone.INFORMATION,
    )


def no_best_part() -> Message:
    """There is nothing in the recording that the service would take."""
    return Message(
        title=tr("There is no part that could be sent."),
        cure=tr("It takes ten seconds of speech: record more of it."),
        tone=Tone.WARNING,
    )


def no_best_clip() -> Message:
    """The recording has no few seconds that could be an example clip."""
    return Message(
        title=tr("There are no five seconds of speech between two pauses."),
        cure=tr("Choose a clip, or record one."),
        tone=Tone.WARNING,
    )


def words_proposed() -> Message:
    """A clip was recorded while a text was there to be read: nobody knows whether it was read."""
    return Message(
        title=tr("The text that you were to read is filled in as the words of the clip."),
        cure=tr("If you said anything else, correct it: it has to be exactly what is heard."),
        tone=Tone.INFORMATION,
    )

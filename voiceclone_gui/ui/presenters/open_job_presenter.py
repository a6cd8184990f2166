"""A job that isn't over, on the Clone page: found at the start, settled by the user's clicks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, MessageBus, Tone, message_for_error
from voiceclone_gui.ui.presenters.clone_presenter import ClonePresenter
from voiceclone_gui.ui.presenters.clone_state import OpenJobState
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.core.job import LoggedError
    from voiceclone_gui.services.connection import Connection
    from voiceclone_gui.services.open_jobs import OpenJob, OpenJobs
    from voiceclone_gui.ui.dialogs import Question

_TASK = "settle"
_TAKEN = "service-2039"


class OpenJobPresenter(QObject):
    """Signal ``settled()``: what is on record of voices has changed."""

    settled = Signal()

    def __init__(
        self,
        *,
        jobs: OpenJobs,
        clone: ClonePresenter,
        connection: Connection,
        messages: MessageBus,
        tasks: TaskScope,
        ask: Callable[[Question], Awaitable[str]],
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._clone = clone
        self._connection = connection
        self._messages = messages
        self._tasks = tasks
        self._ask = ask
        clone.run_ended.connect(self._look)

    async def recover(self) -> None:
        """Bring the newest job that isn't over back to the page. Raises ``StorageFailed``."""
        found = await self._jobs.recover()
        if found is not None:
            self._bring(found)

    def open(self, job_id: str) -> None:
        """Show a job from the list of voices on the page, beside what stands there."""
        if not self._clone.state.is_running:
            self._tasks.replace(self._show(job_id, note=""), name="open job")

    def go_on(self) -> None:
        """Clone with what was put back."""
        self._clone.show_open_job(None)
        self._clone.start()

    def discard(self) -> None:
        """Empty the page and never ask about the job again."""
        self._start(self._discard)

    def check(self) -> None:
        """Ask the service whether it lists the voice."""
        self._start(self._check)

    def ask_again(self) -> None:
        """Send the request once more, after its cost was said."""
        self._start(self._ask_again)

    def take_word(self, made: bool) -> None:
        """The user knows whether the voice exists."""

        async def take(found: OpenJob) -> None:
            await self._jobs.take_word(found.job, made=made)
            self._close(found, made=made)

        self._start(take)

    def decide_later(self) -> None:
        """Leave the voice in the list as unknown, and free the page."""

        async def leave(found: OpenJob) -> None:
            await self._jobs.set_aside(found.job)
            self._clone.show_open_job(None)
            if found.job.voice_id == self._clone.state.fields.voice_id:
                self._clone.begin_another_voice()

        self._start(leave)

    # -- inside

    def _start(self, work: Callable[[OpenJob], Awaitable[None]]) -> None:
        shown = self._clone.state.open_job
        if shown is not None and not self._clone.state.is_running:
            self._tasks.start_unique(self._busy(shown, work), name=_TASK)

    async def _busy(self, shown: OpenJobState, work: Callable[[OpenJob], Awaitable[None]]) -> None:
        self._clone.show_open_job(replace(shown, is_busy=True))
        note = ""
        try:
            await work(shown.found)
        except VoiceCloneError as error:
            sentence = message_for_error(error)
            note = f"{sentence.title} {sentence.cure}"
        finally:
            still = self._clone.state.open_job
            if still is not None and still.is_busy:
                self._clone.show_open_job(replace(still, is_busy=False, note=note or still.note))

    async def _discard(self, found: OpenJob) -> None:
        await self._jobs.discard(found.job)
        self._clone.show_open_job(None)
        self._clone.clear()

    async def _check(self, found: OpenJob) -> None:
        from voiceclone_gui.services.connection import check_same_service

        connected = await self._connection.open(found.job.profile_id)
        check_same_service(found.job, connected)
        if await self._jobs.is_listed(found.job, connected.service):
            self._close(found, made=True)
            return
        words = tr(
            "The service doesn't list it. That proves nothing: a voice is listed only after its first use."
        )
        self._note(words)

    async def _ask_again(self, _found: OpenJob) -> None:
        from voiceclone_gui.ui.dialogs import Question

        question = Question(
            title=tr("Send the request once more?"),
            text=tr(
                "It is the same request with the same voice ID, so no second voice can come of it. "
                "If the first one failed, the voice is made now; its preview may be billed again."
            ),
            answers={"wait": tr("Not now"), "send": tr("Send again")},
        )
        if await self._ask(question) == "send":
            self._clone.ask_again()

    def _note(self, words: str) -> None:
        shown = self._clone.state.open_job
        if shown is not None:
            self._clone.show_open_job(replace(shown, note=words))

    def _close(self, found: OpenJob, *, made: bool) -> None:
        voice_id = found.job.voice_id
        self._clone.show_open_job(None)
        if made:
            words = tr("The voice {voice_id} is made.", voice_id=voice_id)
            cure = tr("It stands among Voices; a preview of it can be made there.")
        else:
            words = tr("The voice {voice_id} wasn't made.", voice_id=voice_id)
            cure = tr("Everything you chose is still here: clone it when you like.")
        if made and voice_id == self._clone.state.fields.voice_id:
            self._clone.begin_another_voice()
        self._messages.post(Message(title=words, cure=cure, tone=Tone.INFORMATION))
        self.settled.emit()

    def _look(self, job_id: str) -> None:
        if job_id:
            message = self._clone.state.message
            note = message.title if message is not None else ""
            if message is not None and message.code == _TAKEN:
                note = tr(
                    "The ID is taken by now: probably by the first attempt, "
                    "but you typed it, so it may be somebody else's."
                )
            self._tasks.replace(self._show(job_id, note=note), name="open job")

    async def _show(self, job_id: str, *, note: str) -> None:
        found = await self._jobs.find(job_id)
        if found is None or self._clone.state.is_running:
            return
        if found.kind == "unknown":
            self._clone.show_open_job(OpenJobState(found=found, note=note))
            self.settled.emit()

    def _bring(self, found: OpenJob) -> None:
        if found.kind == "no-preview":
            # Nothing is to be settled: the page offers the ways to the preview.
            if found.voice is not None:
                self._clone.show_lost_preview(found.voice)
        else:
            self._jobs.hold(found.job)
            self._clone.restore(found)
            self._clone.show_open_job(OpenJobState(found=found))
        self.settled.emit()


def explain(state: OpenJobState) -> tuple[str, str]:
    """Title and text of a job that isn't over."""
    voice_id = state.found.job.voice_id
    return {
        "interrupted": (
            tr("The program ended while the voice {voice_id} was being made.", voice_id=voice_id),
            tr("The request hadn't left: no voice was made, nothing was paid. What you chose is here again."),
        ),
        "failed": (
            tr("The voice {voice_id} wasn't made.", voice_id=voice_id),
            tr("What you chose is here again: put right what was wrong, then clone."),
        ),
        "unknown": (
            tr("Nobody knows yet whether the voice {voice_id} was made.", voice_id=voice_id),
            tr("No answer came, and the request isn't repeated by itself: the voice may be made and billed."),
        ),
    }[state.found.kind]


def log_lines(found: OpenJob) -> list[str]:
    """What happened in the job, one line each, with the trace ids that support asks for."""
    lines = []
    for entry in found.log:
        when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        words = _log_words().get(entry.code, entry.code)
        because = f": {_error_words(entry.error)}" if entry.error is not None else ""
        trace = tr(" · trace id {trace_id}", trace_id=entry.trace_id) if entry.trace_id else ""
        lines.append(f"{when}  {words}{because}{trace}")
    return lines


def _error_words(error: LoggedError) -> str:
    own = {
        "cancelled": tr("You cancelled it."),
        "interrupted": tr("The program ended while it was under way."),
    }
    if error.code in own:
        return own[error.code]
    try:
        return say(error).title
    except KeyError:
        # Written by another version of the program.
        return error.code


def _log_words() -> dict[str, str]:
    return {
        "uploading": tr("Uploading the recording"),
        "uploaded": tr("The recording is uploaded"),
        "upload-stands": tr("An earlier upload of the same file is used"),
        "upload-anew": tr("The service no longer knew the files; uploading them again"),
        "uploading-clip": tr("Uploading the example clip"),
        "clip-uploaded": tr("The example clip is uploaded"),
        "cloning": tr("Asking for the voice"),
        "cloned": tr("The voice is made"),
        "preview-saved": tr("The preview is saved"),
        "not-made": tr("No voice was made"),
        "unknown": tr("The outcome is unknown"),
        "asked-again": tr("Asking once more with the same ID"),
        "listed": tr("The service lists the voice"),
        "not-listed": tr("The service doesn't list the voice"),
        "user-says-made": tr("You said that the voice exists"),
        "user-says-not-made": tr("You said that the voice doesn't exist"),
    }

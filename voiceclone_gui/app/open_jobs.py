"""Puts together what settles jobs that aren't over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from voiceclone_gui.services.open_jobs import OpenJobs
from voiceclone_gui.ui.presenters.open_job_presenter import OpenJobPresenter

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram
    from voiceclone_gui.storage.job_inputs import JobFolders
    from voiceclone_gui.storage.library import Library


def bind_open_jobs(program: WindowProgram, *, library: Library, inputs: JobFolders) -> OpenJobPresenter:
    """The presenter of jobs that aren't over, bound to the page."""
    presenter = OpenJobPresenter(
        jobs=OpenJobs(records=library, inputs=inputs, clock=_now),
        clone=program.clone,
        connection=program.connection,
        messages=program.messages,
        tasks=program.tasks,
        ask=program.ask,
    )
    notice = program.page.open_job
    notice.go_on_wanted.connect(presenter.go_on)
    notice.discard_wanted.connect(presenter.discard)
    notice.check_wanted.connect(presenter.check)
    notice.ask_again_wanted.connect(presenter.ask_again)
    notice.word_given.connect(presenter.take_word)
    notice.later_wanted.connect(presenter.decide_later)
    presenter.settled.connect(program.voices.load)
    return presenter


def _now() -> datetime:
    return datetime.now(UTC)

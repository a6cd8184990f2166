"""A clone that was interrupted, or whose answer was lost, in the real window: brought back and settled."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget

from tests.fakes.window_bench import WindowBench, restarted
from voiceclone_gui.core.answers import SpeechRequest
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Gate, Hold, Point, Step
from voiceclone_gui.services import open_jobs as services


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The read time-out counts as passed."""
    monkeypatch.setattr(services, "CLONE_READ_TIMEOUT_S", 0.0)


def words(bench: WindowBench) -> str:
    notice = bench.find(QWidget, "open-job")
    return " ".join(part.text() for part in notice.findChildren(QLabel) if part.isVisible())


def lost(bench: WindowBench) -> str:
    """What is said of a preview that is missing."""
    box = bench.find(QWidget, "recovery")
    return " ".join(part.text() for part in box.findChildren(QLabel) if part.isVisible())


def ways(bench: WindowBench) -> set[str]:
    notice = bench.find(QWidget, "open-job")
    return {way.objectName() for way in notice.findChildren(QPushButton) if way.isVisible()}


async def no_notice(bench: WindowBench) -> None:
    await bench.until(lambda: not bench.program.window.findChild(QWidget, "open-job").isVisible())


async def lose_the_answer(bench: WindowBench, *, made: bool) -> str:
    """Clone, and lose the answer; gives the voice id."""
    await bench.ready()
    voice_id: str = bench.state.fields.voice_id
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK if made else Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: bench.state.open_job is not None)
    return voice_id


async def recorded(bench: WindowBench) -> list[VoiceState]:
    voices = await bench.program.voices._records.voices()
    return [voice.state(datetime.now(UTC)) for voice in voices]


@asynccontextmanager
async def killed(bench: WindowBench, app: QApplication, step: Step) -> AsyncIterator[WindowBench]:
    """The program started again as it would be after a kill before the work of a step."""
    gate = Gate()
    bench.server.faults.add(step, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    as_it_was = bench.folder / "as it was"
    shutil.copytree(bench.folder / "data", as_it_was)
    bench.program.clone._cancel_run()
    await bench.until(lambda: not bench.state.is_running)
    gate.open()
    await bench.program.aclose()
    shutil.rmtree(bench.folder / "data")
    as_it_was.rename(bench.folder / "data")
    async with restarted(bench, app) as again:
        yield again


async def test_after_a_kill_while_uploading_everything_is_there_again_and_goes_on(
    bench: WindowBench, qapp: QApplication
) -> None:
    await bench.ready()
    bench.type_into("voice-id", "grandma-voice-7k2m9q")
    bench.type_into("preview-text", "Hello again.")
    async with killed(bench, qapp, Step.UPLOAD) as again:
        (bench.folder / "grandma.wav").unlink()
        await again.until(lambda: again.state.recording is not None and again.state.recording.facts)
        assert "no voice was made, nothing was paid" in words(again)
        assert ways(again) == {"job-go-on", "job-discard", "job-details"}
        assert again.state.recording.path.name == "grandma.wav"
        assert again.state.fields.voice_id == "grandma-voice-7k2m9q"
        assert again.state.fields.text == "Hello again."
        again.click("job-go-on")
        await again.until(lambda: again.state.result is not None)
        assert again.state.result.voice.voice_id == "grandma-voice-7k2m9q"
        assert again.server.counters.clones == 1
        assert again.program.settings.state.recent_files[0].endswith("grandma.wav")
        assert all("jobs" not in path for path in again.program.settings.state.recent_files)


async def test_after_a_kill_before_its_preview_came_the_preview_is_one_click_away(
    bench: WindowBench, qapp: QApplication
) -> None:
    await bench.ready()
    async with killed(bench, qapp, Step.DEMO) as again:
        await again.until(lambda: again.state.result is not None)
        assert again.state.open_job is None
        voice_id = again.state.result.voice.voice_id
        assert f"Preview of the voice {voice_id} The voice is made; the program ended" in lost(again)
        again.click("fetch-preview")
        await again.until(lambda: again.state.result.preview is not None)
        assert again.server.counters.clones == 1
        async with restarted(again, qapp) as third:
            assert third.state.result is None


async def test_what_was_interrupted_can_be_discarded(bench: WindowBench, qapp: QApplication) -> None:
    await bench.ready()
    async with killed(bench, qapp, Step.UPLOAD) as again:
        await again.until(lambda: again.state.recording is not None and again.state.recording.facts)
        again.click("job-discard")
        await no_notice(again)
        assert (again.state.recording, again.state.has_rights) == (None, False)
        async with restarted(again, qapp) as third:
            assert third.state.open_job is None
            assert list((bench.folder / "data" / "jobs").iterdir()) == []


async def test_after_a_kill_while_cloning_nobody_knows_and_nothing_is_cloned_before_it_is_settled(
    bench: WindowBench, qapp: QApplication
) -> None:
    await bench.ready()
    async with killed(bench, qapp, Step.CLONE) as again:
        await again.until(lambda: again.state.recording is not None and again.state.recording.facts)
        assert "Nobody knows yet" in words(again)
        assert await recorded(again) == [VoiceState.UNKNOWN]
        assert not again.find(QPushButton, "clone").isEnabled()
        assert "isn't settled yet" in again.find(QPushButton, "clone").toolTip()
        # A first request may still be worked on: it isn't sent again before its time is over.
        assert not again.find(QPushButton, "job-ask-again").isEnabled()
        assert "Possible from" in again.find(QPushButton, "job-ask-again").toolTip()


@pytest.mark.usefixtures("no_waiting")
async def test_a_lost_answer_is_asked_for_again_and_makes_no_second_voice(bench: WindowBench) -> None:
    voice_id = await lose_the_answer(bench, made=False)
    assert bench.state.message is None
    assert "Nobody knows yet" in words(bench)
    assert voice_id in words(bench)
    bench.click("job-ask-again")
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-send"))
    bench.program.window.findChild(QPushButton, "answer-send").click()
    await bench.until(lambda: bench.state.result is not None)
    assert bench.state.result.voice.voice_id == voice_id
    assert bench.state.result.preview is not None
    assert bench.server.counters.clones == 1
    assert bench.state.fields.voice_id != voice_id
    await no_notice(bench)


@pytest.mark.usefixtures("no_waiting")
async def test_an_id_of_our_own_that_is_taken_by_now_is_the_voice(bench: WindowBench) -> None:
    voice_id = await lose_the_answer(bench, made=True)
    bench.click("job-ask-again")
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-send"))
    bench.program.window.findChild(QPushButton, "answer-send").click()
    await bench.until(lambda: bench.state.result is not None)
    assert bench.state.result.voice.voice_id == voice_id
    assert "The voice was made by the first attempt" in lost(bench)
    assert bench.find(QPushButton, "make-preview").isEnabled()
    assert await recorded(bench) == [VoiceState.NEW]


@pytest.mark.usefixtures("no_waiting")
async def test_a_typed_id_that_is_taken_is_left_to_the_user(bench: WindowBench) -> None:
    await bench.ready()
    bench.type_into("voice-id", "grandma-2026")
    bench.server.faults.add(Step.CLONE, Break(at=Point.AFTER_WORK))
    bench.click("clone")
    await bench.until(lambda: bench.state.open_job is not None)
    bench.click("job-ask-again")
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-send"))
    bench.program.window.findChild(QPushButton, "answer-send").click()
    await bench.until(lambda: bench.state.open_job is not None and "taken" in bench.state.open_job.note)
    assert "may be somebody else's" in words(bench)
    bench.click("job-made")
    await no_notice(bench)
    assert await recorded(bench) == [VoiceState.NEW]
    assert bench.state.fields.voice_id != "grandma-2026"
    assert bench.server.counters.clones == 1


async def test_a_check_that_finds_the_voice_settles_it(bench: WindowBench) -> None:
    voice_id = await lose_the_answer(bench, made=True)
    bench.click("job-check")
    await bench.until(lambda: "proves nothing" in words(bench))
    connected = await bench.program.connection.open()
    await connected.service.t2a(SpeechRequest(voice_id=voice_id, text="Hello.", model="speech-2.8-hd"))
    bench.click("job-check")
    await no_notice(bench)
    assert await recorded(bench) == [VoiceState.NEW]
    assert bench.program.window.banner.isVisible()


async def test_a_check_at_a_service_that_does_not_answer_is_said(bench: WindowBench) -> None:
    await lose_the_answer(bench, made=True)
    bench.server.faults.add(Step.GET_VOICE, answers.business_error(1004))
    bench.click("job-check")
    await bench.until(lambda: "token is missing, wrong" in words(bench))
    assert bench.find(QPushButton, "job-check").isEnabled()


async def test_a_voice_that_was_not_made_is_cloned_with_what_is_still_there(bench: WindowBench) -> None:
    voice_id = await lose_the_answer(bench, made=False)
    bench.click("job-not-made")
    await no_notice(bench)
    assert await recorded(bench) == []
    assert bench.state.fields.voice_id == voice_id
    bench.click("clone")
    await bench.until(lambda: bench.state.result is not None)
    assert bench.server.counters.clones == 1
    assert bench.server.counters.calls["files/upload"] == 1


@pytest.mark.parametrize("way", ["job-not-made", "job-made", "job-later"])
async def test_what_was_put_back_can_still_be_cloned_once_the_job_is_settled(
    bench: WindowBench, qapp: QApplication, way: str
) -> None:
    """The copy on the page was thrown away with the job, and the user's own file may be gone for long."""
    await bench.ready()
    async with killed(bench, qapp, Step.CLONE) as again:
        (bench.folder / "grandma.wav").unlink()
        await again.until(lambda: again.state.recording is not None and again.state.recording.facts)
        again.click(way)
        await no_notice(again)
        if not again.state.has_rights:
            again.click("rights")
        again.click("fresh-voice-id")
        again.click("clone")
        await again.until(lambda: again.state.result is not None or again.state.message is not None)
        assert again.state.message is None
        assert again.state.result.voice.voice_id
        async with restarted(again, qapp):
            assert list((bench.folder / "data" / "jobs").iterdir()) == []


@pytest.mark.usefixtures("no_waiting")
async def test_what_was_put_back_can_be_played_and_cloned_after_asking_again(
    bench: WindowBench, qapp: QApplication
) -> None:
    await bench.ready()
    async with killed(bench, qapp, Step.CLONE) as again:
        (bench.folder / "grandma.wav").unlink()
        await again.until(lambda: again.state.recording is not None and again.state.recording.facts)
        again.click("job-ask-again")
        await again.until(lambda: again.program.window.findChild(QPushButton, "answer-send"))
        again.program.window.findChild(QPushButton, "answer-send").click()
        await again.until(lambda: again.state.result is not None)
        assert again.state.recording.path.is_file()
        assert again.state.result.recording.is_file()


async def test_discarding_throws_the_copy_away_at_once(bench: WindowBench, qapp: QApplication) -> None:
    await bench.ready()
    async with killed(bench, qapp, Step.UPLOAD) as again:
        await again.until(lambda: again.state.recording is not None and again.state.recording.facts)
        again.click("job-discard")
        await no_notice(again)
        assert list((bench.folder / "data" / "jobs").iterdir()) == []


async def test_deciding_later_frees_the_page_and_leaves_the_voice_in_the_list(
    bench: WindowBench, qapp: QApplication
) -> None:
    voice_id = await lose_the_answer(bench, made=True)
    bench.click("job-later")
    await no_notice(bench)
    assert bench.state.fields.voice_id != voice_id
    assert bench.state.recording is not None
    assert await recorded(bench) == [VoiceState.UNKNOWN]
    async with restarted(bench, qapp) as again:
        assert again.state.open_job is None


async def test_what_was_left_for_later_is_settled_from_the_list(
    bench: WindowBench, qapp: QApplication
) -> None:
    await lose_the_answer(bench, made=True)
    bench.click("job-later")
    await no_notice(bench)
    async with restarted(bench, qapp) as again:
        again.type_into("preview-text", "Something else by now.")
        again.click("page-voices")
        await again.until(lambda: again.program.voices.state.rows)
        again.click("settle-voice")
        await again.until(lambda: again.state.open_job is not None)
        assert again.state.fields.text == "Something else by now."
        again.click("job-made")
        await no_notice(again)
        assert await recorded(again) == [VoiceState.NEW]
        again.click("page-voices")
        await again.until(lambda: not again.program.window.findChild(QWidget, "settle-voice").isVisible())


async def test_what_happened_can_be_read_with_its_trace_ids(bench: WindowBench) -> None:
    await lose_the_answer(bench, made=True)
    bench.click("job-details")
    log = bench.find(QPlainTextEdit, "job-log").toPlainText()
    assert "The recording is uploaded" in log
    assert "Asking for the voice" in log
    assert "The outcome is unknown" in log
    assert re.search(r"The outcome is unknown: The connection to 127\.0\.0\.1(:\d+)? broke\.", log), log
    assert "connection-lost" not in log


async def test_the_log_tells_errors_in_sentences(bench: WindowBench, qapp: QApplication) -> None:
    """It showed codes: ``No voice was made (service-1008)``."""
    await bench.ready()
    bench.server.faults.add(Step.CLONE, answers.business_error(20132))
    bench.server.faults.add(Step.CLONE, answers.business_error(1008))
    bench.click("clone")
    await bench.until(lambda: bench.state.message is not None)
    async with restarted(bench, qapp) as again:
        await again.until(lambda: again.state.open_job is not None)
        again.click("job-details")
        log = again.find(QPlainTextEdit, "job-log").toPlainText()
    assert "uploading them again: The service didn't accept the recording or the voice ID." in log
    assert "No voice was made: The account has no credit left." in log
    assert "service-" not in log


async def test_stopping_before_the_preview_says_that_the_voice_is_made(bench: WindowBench) -> None:
    await bench.ready()
    voice_id = bench.state.fields.voice_id
    gate = Gate()
    bench.server.faults.add(Step.DEMO, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    bench.click("stop")
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-stop"))
    box = bench.program.window.findChild(QWidget, "question")
    assert "The voice is made" in box.informativeText()
    bench.program.window.findChild(QPushButton, "answer-stop").click()
    await bench.until(lambda: not bench.state.is_running)
    gate.open()
    assert "its preview wasn't waited for" in lost(bench)
    assert bench.find(QPushButton, "fetch-preview").isEnabled()
    assert bench.state.fields.voice_id != voice_id
    assert await recorded(bench) == [VoiceState.NEW]


async def test_stopping_after_the_request_left_says_that_nobody_knows(bench: WindowBench) -> None:
    await bench.ready()
    gate = Gate()
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    bench.click("stop")
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-stop"))
    bench.program.window.findChild(QPushButton, "answer-stop").click()
    await bench.until(lambda: bench.state.open_job is not None)
    gate.open()
    assert "Nobody knows yet" in words(bench)


async def test_a_question_that_the_end_of_the_run_has_answered_goes_away(bench: WindowBench) -> None:
    await bench.ready()
    gate = Gate()
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    bench.click("stop")
    await bench.until(lambda: bench.program.window.findChild(QWidget, "question"))
    gate.open()
    await bench.until(lambda: bench.state.result is not None)
    await bench.until(lambda: bench.program.window.findChild(QWidget, "question") is None)


async def test_a_wait_is_counted_down_and_can_be_skipped(bench: WindowBench) -> None:
    await bench.ready()
    bench.server.faults.add(Step.UPLOAD, answers.too_many(retry_after=50))
    bench.click("clone")
    await bench.until(lambda: bench.state.run is not None and bench.state.run.waits_until_s is not None)
    status = next(
        part
        for part in bench.find(QWidget, "clone-card").findChildren(QLabel)
        if "Trying again in" in part.text()
    )
    assert "Trying again in 50 s" in status.text() or "Trying again in 49 s" in status.text()
    await bench.until(lambda: "Trying again in 49 s" in status.text())
    bench.click("try-now")
    await bench.until(lambda: bench.state.result is not None)


async def test_files_that_the_service_forgot_are_uploaded_again_and_that_is_said(bench: WindowBench) -> None:
    await bench.ready()
    gate = Gate()
    bench.server.faults.add(Step.CLONE, answers.business_error(20132))
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.BEFORE_WORK))
    bench.click("clone")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    card = bench.find(QWidget, "clone-card")
    assert any("no longer knew the files" in part.text() for part in card.findChildren(QLabel))
    gate.open()
    await bench.until(lambda: bench.state.result is not None)
    assert bench.server.counters.calls["files/upload"] == 2


async def test_the_first_request_is_given_its_time(bench: WindowBench) -> None:
    await lose_the_answer(bench, made=True)
    found = bench.state.open_job.found
    assert found.can_be_asked_from - found.job.sent_at == timedelta(seconds=300)
    await asyncio.sleep(0)
    assert not bench.find(QPushButton, "job-ask-again").isEnabled()

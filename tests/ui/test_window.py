"""The real window with its real services, and a practice service in this process as own gateway."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from tests.fakes.practice_jobs import wav_bytes
from tests.fakes.window_bench import WindowBench
from voiceclone_gui.core.errors import WorkerFailed
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Gate, Hold, Point, Step
from voiceclone_gui.services.prepare_sample import PreparedSample, SamplePreparation


async def test_a_voice_is_cloned_by_clicks_and_its_preview_plays(bench: WindowBench) -> None:
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.state.result is not None)
    await bench.until(lambda: bench.program.player.has_source("clone"))
    assert bench.server.counters.clones == 1
    assert bench.sent_body()["voice_id"] == bench.state.result.voice.voice_id
    bench.click("page-voices")
    await bench.until(lambda: bench.program.voices.state.rows)
    assert bench.state.result.voice.voice_id in bench.find(QPlainTextEdit, "voice-fields").toPlainText()
    bench.click("copy-voice-id")
    assert QGuiApplication.clipboard().text() == bench.state.result.voice.voice_id


async def test_every_field_reaches_the_request_as_the_contract_wants_it(bench: WindowBench) -> None:
    await bench.ready()
    clip = bench.recording(5.0, "clip.wav")
    bench.program.clone.choose_clip(clip)
    await bench.until(lambda: bench.state.clip is not None and bench.state.clip.facts)
    bench.type_into("prompt-text", "My words")
    bench.click("fix-punctuation")
    bench.type_into("voice-id", "my-own-voice-1")
    bench.type_into("preview-text", "Good (laughs) evening.")
    bench.find(QComboBox, "model").setCurrentText("speech-2.8-turbo")
    language = bench.find(QComboBox, "language")
    language.setCurrentIndex(language.findData("Chinese,Yue"))
    for switch in ("need-noise-reduction", "need-volume-normalization", "aigc-watermark", "advanced"):
        bench.click(switch)
    bench.type_into("text-validation", "expected words")
    bench.program.clone.set_fields(accuracy=0.5)
    await bench.until(lambda: bench.find(QPushButton, "clone").isEnabled())
    bench.click("clone")
    await bench.until(lambda: bench.state.result is not None)
    body = bench.sent_body()
    prompt = body.pop("clone_prompt")
    assert isinstance(body.pop("file_id"), int)
    assert isinstance(prompt["prompt_audio"], int)  # type: ignore[index]
    assert prompt["prompt_text"] == "My words."  # type: ignore[index]
    assert body == {
        "voice_id": "my-own-voice-1",
        "text": "Good (laughs) evening.",
        "model": "speech-2.8-turbo",
        "language_boost": "Chinese,Yue",
        "need_noise_reduction": True,
        "need_volume_normalization": True,
        "aigc_watermark": True,
        "text_validation": "expected words",
        "accuracy": 0.5,
    }


async def test_the_rule_that_is_broken_stands_beside_the_voice_id(bench: WindowBench) -> None:
    bench.type_into("voice-id", "1 short")
    hint = bench.find(QLabel, "voice-id-hint")
    assert "Start it with an English letter" in hint.text()
    assert "a space" in hint.text()
    assert hint.property("tone") == "refusal"
    bench.click("fresh-voice-id")
    assert hint.property("tone") == "good"


async def test_tags_are_offered_only_by_models_that_know_them(bench: WindowBench) -> None:
    bench.find(QComboBox, "model").setCurrentText("speech-2.6-hd")
    assert not bench.program.window.findChild(QPushButton, "tags").isVisible()
    bench.find(QComboBox, "model").setCurrentText("speech-2.8-hd")
    assert bench.find(QPushButton, "tags")


async def test_the_program_has_one_window_and_no_other(bench: WindowBench) -> None:
    seen = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert seen == [bench.program.window]


async def test_tab_reaches_the_player_after_the_pages(bench: WindowBench) -> None:
    names, widget = [], bench.program.window.nextInFocusChain()
    while widget is not bench.program.window:
        names.append(widget.objectName())
        widget = widget.nextInFocusChain()
    order = ["page-clone", "voice-id", "rights", "clone", "play-voice", "play", "save", "copy-request"]
    assert sorted(order, key=names.index) == order


@pytest.mark.parametrize(
    ("text", "words"),
    [("x" * 1001, "1001 characters"), ("a\u200bb\u200bc", "invisible"), ("👨‍👩‍👧 שלום مرحبا", "")],
)
async def test_the_preview_text_is_judged_as_it_is_typed(bench: WindowBench, text: str, words: str) -> None:
    bench.find(QPlainTextEdit, "preview-text").setPlainText(text)
    hint = bench.program.window.findChild(QLabel, "preview-text-hint")
    assert words in hint.text()
    assert hint.isVisible() is bool(words)
    assert bench.state.fields.text == text


async def test_invisible_characters_are_taken_out_by_one_click(bench: WindowBench) -> None:
    bench.find(QPlainTextEdit, "preview-text").setPlainText("a\u200bb\u200bc")
    bench.click("clean-text")
    assert bench.find(QPlainTextEdit, "preview-text").toPlainText() == "abc"


async def test_a_disabled_clone_button_says_why(bench: WindowBench) -> None:
    clone = bench.find(QPushButton, "clone")
    assert not clone.isEnabled()
    assert "There is no recording yet." in clone.toolTip()
    assert clone.accessibleDescription() == clone.toolTip()
    await bench.load()
    assert "may clone this voice" in clone.toolTip()


async def test_a_dropped_file_becomes_the_recording_and_a_second_one_goes_where_it_is_dropped(
    bench: WindowBench,
) -> None:
    first, second = bench.recording(), bench.recording(5.0, "clip.wav")
    bench.drop(first)
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    bench.drop(second, at=(0.5, 0.8))
    await bench.until(lambda: bench.state.clip and bench.state.clip.facts)
    assert bench.state.recording.path == first
    assert bench.state.clip.path == second


async def test_a_folder_gives_its_first_usable_file_and_names_the_others(bench: WindowBench) -> None:
    folder = bench.folder / "takes"
    folder.mkdir()
    (folder / "a notes.txt").write_text("not a recording")
    (folder / "b short.wav").write_bytes(wav_bytes(3.0))
    (folder / "c good.wav").write_bytes(wav_bytes(12.0))
    bench.drop(folder)
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    assert bench.state.recording.path.name == "c good.wav"
    await bench.until(lambda: "c good.wav is used." in bench.program.window.banner.accessibleName())


async def test_of_several_that_are_too_long_the_first_is_there_to_be_cut(bench: WindowBench) -> None:
    """None of them could be used, though each of them alone could be cut."""
    files = [bench.recording(3.0, "a short.wav"), *(bench.recording(310.0, f"b{n} long.wav") for n in (1, 2))]
    bench.program.controller.open_files(files)
    await bench.until(lambda: "b1 long.wav is used." in bench.program.window.banner.accessibleName())
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    assert bench.state.recording.path.name == "b1 long.wav"


async def test_a_file_that_takes_the_audio_process_along_keeps_nobody_from_the_next_one(
    bench: WindowBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = bench.recording(12.0, "a bad.wav"), bench.recording(12.0, "b good.wav")
    prepare = SamplePreparation.prepare

    async def fails_at_first(self: SamplePreparation, path: Path, **how: object) -> PreparedSample:
        if path == bad:
            raise WorkerFailed("worker-died")
        return await prepare(self, path, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(SamplePreparation, "prepare", fails_at_first)
    bench.program.controller.open_files([bad, good])
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    assert bench.state.recording.path == good


async def test_a_good_recording_far_down_in_a_folder_is_found_and_the_search_is_seen(
    bench: WindowBench,
) -> None:
    folder = bench.folder / "takes"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:02d} short.wav").write_bytes(wav_bytes(1.0))
    (folder / "good.wav").write_bytes(wav_bytes(12.0))
    bench.drop(folder)
    await bench.until(lambda: "of 61 files" in bench.program.window.banner.accessibleName())
    await bench.until(lambda: bench.state.recording and bench.state.recording.facts)
    assert bench.state.recording.path.name == "good.wav"


async def test_a_folder_of_ten_thousand_files_does_not_stop_the_window(bench: WindowBench) -> None:
    folder = bench.folder / "many"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05d}.txt").touch()
    bench.drop(folder)
    banner = bench.program.window.banner
    await bench.until(lambda: "None of these files can be used" in banner.accessibleName())
    assert "The first 200 were looked at" in banner.accessibleDescription()


async def test_a_paste_with_a_recording_in_place_asks_and_changes_nothing_when_cancelled(
    bench: WindowBench,
) -> None:
    await bench.load()
    before = bench.state.recording
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(bench.recording(15.0, "other.wav")))])
    QGuiApplication.clipboard().setMimeData(offered)
    QTest.keyClick(
        bench.program.window,
        Qt.Key.Key_V,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    await bench.until(lambda: bench.program.window.findChild(QWidget, "question"))
    question = bench.program.window.findChild(QWidget, "question")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    await asyncio.sleep(0.05)
    assert bench.state.recording == before


@pytest.mark.parametrize("point", [Point.BEFORE_BODY, Point.BEFORE_WORK])
async def test_cancel_while_uploading_leaves_no_voice(bench: WindowBench, point: Point) -> None:
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=point))
    await bench.ready()
    bench.click("clone")
    await bench.until(gate.reached.is_set)
    assert bench.find(QPushButton, "stop").text() == "Cancel"
    bench.click("stop")
    await bench.until(lambda: not bench.state.is_running)
    gate.open()
    assert bench.server.counters.clones == 0
    assert bench.find(QPushButton, "clone").isEnabled()


async def test_stop_waiting_asks_and_keeps_the_voice_as_unknown(bench: WindowBench) -> None:
    gate = Gate()
    bench.server.faults.add(Step.CLONE, Hold(gate=gate, at=Point.AFTER_WORK))
    await bench.ready()
    bench.click("clone")
    await bench.until(gate.reached.is_set)
    await bench.until(lambda: bench.find(QPushButton, "stop").text() == "Stop waiting")
    bench.click("stop")
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-stop"))
    QTest.mouseClick(bench.program.window.findChild(QPushButton, "answer-stop"), Qt.MouseButton.LeftButton)
    await bench.until(lambda: not bench.state.is_running)
    gate.open()
    bench.click("page-voices")
    await bench.until(lambda: bench.program.voices.state.rows)
    assert [r.state.value for r in bench.program.voices.state.rows] == ["unknown"]


async def test_a_refusal_stands_in_the_card_with_code_trace_id_and_what_to_do(bench: WindowBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.business_error(1008))
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.state.message is not None)
    card = bench.find(QWidget, "clone-card")
    notice = next(w for w in card.findChildren(QWidget, "notice") if w.isVisible())
    assert notice.accessibleName() == "The account has no credit left."
    QTest.mouseClick(notice.findChild(QPushButton, "notice-details"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(notice.findChild(QPushButton, "copy-trace-id"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == bench.state.message.trace_id
    assert len(bench.state.message.trace_id) == 32


async def test_a_taken_id_offers_a_fresh_one(bench: WindowBench) -> None:
    bench.server.faults.add(Step.CLONE, answers.business_error(2039))
    await bench.ready()
    before = bench.state.fields.voice_id
    bench.click("clone")
    await bench.until(lambda: bench.state.message is not None)
    bench.click("notice-action")
    assert bench.state.fields.voice_id != before


async def test_the_request_is_copied_without_the_token(bench: WindowBench) -> None:
    await bench.ready()
    bench.click("clone")
    await bench.until(lambda: bench.state.result is not None)
    for kind in ("curl", "json", "trace-id"):
        bench.program.window.player.copy_wanted.emit(kind)
        copied = QGuiApplication.clipboard().text()
        assert bench.server.token not in copied
        assert copied
    bench.program.window.player.copy_wanted.emit("curl")
    assert 'Bearer $TOKEN"' in QGuiApplication.clipboard().text()


async def test_closing_while_cloning_asks_and_staying_goes_on(bench: WindowBench) -> None:
    gate = Gate()
    bench.server.faults.add(Step.UPLOAD, Hold(gate=gate, at=Point.BEFORE_WORK))
    await bench.ready()
    bench.click("clone")
    await bench.until(gate.reached.is_set)
    bench.program.window.close()
    await bench.until(lambda: bench.program.window.findChild(QPushButton, "answer-stay"))
    QTest.mouseClick(bench.program.window.findChild(QPushButton, "answer-stay"), Qt.MouseButton.LeftButton)
    await asyncio.sleep(0.05)
    assert bench.program.window.isVisible()
    gate.open()
    await bench.until(lambda: bench.state.result is not None)


async def test_every_control_has_a_tip_and_a_name_for_screen_readers(bench: WindowBench) -> None:
    bench.click("advanced")
    kinds = (QPushButton, QLineEdit, QComboBox, QPlainTextEdit)
    for kind in kinds:
        for control in bench.program.window.findChildren(kind):
            if control.objectName() in {"", "qt_spinbox_lineedit"} or control.objectName().startswith("qt_"):
                continue
            if control.objectName() in {"clone", "stop", "notice-action"}:
                continue
            assert control.toolTip(), control.objectName()
            text = control.text() if isinstance(control, QPushButton) else ""
            assert control.accessibleName() or text, control.objectName()

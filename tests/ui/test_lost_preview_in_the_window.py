"""A preview that is lost comes back: by its link for nothing, or by a synthesis whose cost is said first."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QTableView, QWidget

from tests.fakes.window_bench import WindowBench
from tests.ui.test_prices_in_the_window import GATEWAY, restarted
from voiceclone_gui.core.settings import PriceEntry
from voiceclone_gui.core.synthesis import SynthesisState
from voiceclone_gui.core.token import Token
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Fault, Gate, Hold, Point, Step

TEXT = "x" * 100
PRICES = PriceEntry(
    service_id="gateway",
    currency="USD",
    hd_per_10k=GATEWAY["hd"],
    turbo_per_10k=GATEWAY["turbo"],
    activation="1.50",
    wide_characters=1,
    as_of="2026-11-01",
)


async def clone(bench: WindowBench, *faults: Fault, text: str = TEXT) -> None:
    """Clone a voice whose preview meets ``faults``."""
    bench.program.clone.set_fields(text=text)
    await bench.ready()
    if faults:
        bench.server.faults.add(Step.DEMO, *faults)
    bench.click("clone")
    await bench.until(lambda: bench.state.result is not None)
    await bench.until(lambda: bench.program.voices.state.rows)
    await bench.until(lambda: bench.program.recovery.state.links)


def words(bench: WindowBench) -> str:
    """What stands beside the voice whose preview is lost."""
    box = bench.find(QWidget, "recovery")
    return " ".join(label.text() for label in box.findChildren(QLabel) if label.isVisible())


def offered(bench: WindowBench) -> list[str]:
    """The ways to a preview that can be seen."""
    buttons = bench.program.window.findChildren(QPushButton)
    return [b.objectName() for b in buttons if b.isVisible() and b.objectName().endswith("-preview")]


def banner(bench: WindowBench) -> str:
    shown = bench.program.window.banner
    said = (label.text() for label in shown.findChildren(QLabel))
    return " ".join(filter(None, said)) if shown.isVisible() else ""


async def question(bench: WindowBench, words: str = "") -> QMessageBox:
    def found() -> QMessageBox | None:
        box = bench.program.window.findChild(QMessageBox, "question")
        return box if box is not None and box.isVisible() and words in box.text() else None

    await bench.until(found)
    box = found()
    assert box is not None
    return box


def answer(box: QMessageBox, name: str) -> None:
    button = box.findChild(QPushButton, f"answer-{name}")
    assert button is not None
    button.click()


async def agree(bench: WindowBench) -> None:
    bench.click("make-preview")
    answer(await question(bench, "Make a new preview?"), "make")


def idle(bench: WindowBench) -> bool:
    return not bench.program.recovery.state.is_busy


def billed(bench: WindowBench) -> tuple[int, int]:
    """Syntheses, and the characters that were billed on top of the clones' previews."""
    counters = bench.server.counters
    return counters.syntheses, counters.billed_characters - counters.preview_characters


async def recorded(bench: WindowBench) -> tuple[VoiceState, list[SynthesisState]]:
    records = bench.program.prices._records
    (voice,) = await records.voices()
    made = await records.syntheses()
    return voice.state(bench.program.clone._clock()), [one.state for one in made]


@pytest.fixture
async def priced(bench: WindowBench) -> WindowBench:
    """A gateway whose prices are typed."""
    bench.program.settings.change(prices=(PRICES,))
    return bench


async def test_a_dead_link_leaves_the_voice_made_and_only_a_new_preview_is_offered(
    bench: WindowBench,
) -> None:
    await clone(bench, answers.expired_link())
    assert "The voice is made, but the link to its preview has expired" in words(bench)
    assert offered(bench) == ["make-preview"]
    assert bench.state.message is None
    bench.click("page-voices")
    assert "has expired" in words(bench)
    assert offered(bench) == ["make-preview"]
    assert not bench.find(QPushButton, "play-voice").isEnabled()
    assert await recorded(bench) == (VoiceState.NEW, [])


async def test_a_link_that_lives_is_tried_again_for_nothing_and_the_preview_plays(bench: WindowBench) -> None:
    await clone(bench, answers.html(200))
    assert "is not mp3, wav or m4a" in words(bench)
    assert offered(bench) == ["fetch-preview", "make-preview"]
    bench.click("fetch-preview")
    await bench.until(lambda: bench.program.player.has_source("clone"))
    assert banner(bench).startswith(f"The preview of {bench.state.result.voice.voice_id} is here.")
    assert offered(bench) == []
    assert bench.state.result.preview.is_file()
    assert bench.find(QPushButton, "source-recording").isVisible()
    assert billed(bench) == (0, 0)
    assert await recorded(bench) == (VoiceState.NEW, [])


async def test_what_a_new_preview_costs_is_said_before_and_added_up_after(priced: WindowBench) -> None:
    bench = priced
    await clone(bench, answers.expired_link())
    bench.click("make-preview")
    box = await question(bench)
    assert "The price of 100 characters is about US$0.10, and the fee for the voice, about US$1.50" in (
        box.informativeText()
    )
    assert "about US$1.60 in all (prices of 2026-11-01)" in box.informativeText()
    assert "it keeps the voice" in box.informativeText()
    assert box.findChild(QPushButton, "answer-make").text() == "Make it for about US$1.60"
    assert box.defaultButton().objectName() == "answer-not-now"
    assert billed(bench) == (0, 0)
    answer(box, "make")
    await bench.until(lambda: bench.program.player.has_source("clone"))
    assert banner(bench).endswith("The voice is kept; about US$1.60 was billed.")
    assert billed(bench) == (1, 100)
    assert await recorded(bench) == (VoiceState.KEPT, [SynthesisState.DONE])
    (made,) = await bench.program.prices._records.syntheses()
    assert (made.currency, made.cost, made.activation) == ("USD", Decimal("0.1"), Decimal("1.50"))
    await bench.until(
        lambda: [one.certain for one in bench.program.prices.state.spending] == [Decimal("1.7")]
    )
    await bench.until(lambda: bench.program.voices.state.rows[0].state is VoiceState.KEPT)


async def test_a_price_that_nobody_knows_is_said_so(bench: WindowBench) -> None:
    await clone(bench, answers.expired_link())
    bench.click("make-preview")
    box = await question(bench)
    assert "This service's prices aren't known." in box.informativeText()
    assert box.findChild(QPushButton, "answer-make").text() == "Make it at an unknown price"
    answer(box, "make")
    await bench.until(lambda: bench.program.player.has_source("clone"))
    assert "what was billed isn't known" in banner(bench)


async def test_not_now_pays_nothing(bench: WindowBench) -> None:
    await clone(bench, answers.expired_link())
    bench.click("make-preview")
    (await question(bench)).reject()
    await bench.until(lambda: idle(bench))
    assert billed(bench) == (0, 0)
    assert bench.find(QPushButton, "make-preview").isEnabled()
    assert await recorded(bench) == (VoiceState.NEW, [])


async def test_however_often_it_is_clicked_it_is_paid_once(bench: WindowBench) -> None:
    await clone(bench, answers.expired_link())
    voice, recovery = bench.state.result.voice, bench.program.recovery
    gate = Gate()
    bench.server.faults.add(Step.SYNTHESIS, Hold(gate=gate, at=Point.BEFORE_WORK))
    for _ in range(3):
        recovery.make(voice)
    box = await question(bench)
    assert not bench.find(QPushButton, "make-preview").isEnabled()
    for _ in range(2):
        answer(box, "make")
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    for _ in range(3):
        recovery.make(voice)
        recovery.fetch(voice)
    assert len(bench.program.window.findChildren(QMessageBox, "question")) <= 1
    gate.open()
    await bench.until(lambda: bench.program.player.has_source("clone"))
    await bench.until(lambda: idle(bench))
    assert billed(bench) == (1, 100)
    assert bench.server.counters.calls["t2a_v2"] == 1


async def test_a_lost_answer_is_said_and_not_asked_for_again(priced: WindowBench) -> None:
    bench = priced
    await clone(bench, answers.expired_link())
    bench.server.faults.add(Step.SYNTHESIS, Break(at=Point.AFTER_WORK))
    await agree(bench)
    await bench.until(lambda: "Nobody knows what came of the new preview" in words(bench))
    assert "may be kept and billed all the same" in words(bench)
    assert bench.server.counters.calls["t2a_v2"] == 1
    assert await recorded(bench) == (VoiceState.NEW, [SynthesisState.UNKNOWN])
    await bench.until(lambda: [s.possible for s in bench.program.prices.state.spending] == [Decimal("1.6")])
    bench.click("make-preview")
    box = await question(bench)
    assert "An earlier attempt got no answer" in box.informativeText()
    box.reject()
    await bench.until(lambda: idle(bench))
    assert billed(bench) == (1, 100)


async def test_a_voice_that_the_service_has_no_more_reads_as_gone(bench: WindowBench) -> None:
    await clone(bench, answers.expired_link())
    bench.server.faults.add(Step.SYNTHESIS, answers.business_error(2054))
    bench.click("page-voices")
    await agree(bench)
    await bench.until(lambda: "doesn't exist at the service any more" in words(bench))
    assert "clone it again" in words(bench)
    table = bench.find(QTableView, "voices").model()
    await bench.until(lambda: table.index(0, 3).data() == "Gone: expired or deleted")
    assert billed(bench) == (0, 0)
    bench.click("make-preview")
    assert "If that is so, nothing is billed." in (await question(bench)).informativeText()
    answer(await question(bench), "make")
    await bench.until(lambda: table.index(0, 3).data() == "Kept")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (answers.business_error(1008), "no credit left"),
        (answers.business_error(1004), "token is missing, wrong"),
        (answers.business_error(1026), "refused by the service's content rules"),
    ],
)
async def test_a_refusal_is_said_in_place_and_bills_nothing(
    bench: WindowBench, fault: Fault, said: str
) -> None:
    await clone(bench, answers.expired_link())
    bench.server.faults.add(Step.SYNTHESIS, fault)
    await agree(bench)
    await bench.until(lambda: said in words(bench))
    assert billed(bench) == (0, 0)
    assert await recorded(bench) == (VoiceState.NEW, [SynthesisState.NOT_MADE])
    await agree(bench)
    await bench.until(lambda: bench.program.player.has_source("clone"))
    assert billed(bench) == (1, 100)


async def test_another_service_is_named_and_gets_nothing(bench: WindowBench) -> None:
    await clone(bench, answers.expired_link())
    bench.program.controller.choose_profile("practice")
    bench.click("make-preview")
    await bench.until(lambda: "made at Own gateway, and Practice service is connected" in words(bench))
    bench.program.controller.choose_profile("gateway")
    bench.program.connection.change("gateway", base_url="http://127.0.0.1:9", token=Token("other"))
    bench.click("make-preview")
    await bench.until(lambda: "is connected. Choose http" in words(bench))
    assert bench.program.window.findChild(QMessageBox, "question") is None
    assert billed(bench) == (0, 0)


async def test_the_link_is_followed_whichever_service_is_connected(bench: WindowBench) -> None:
    await clone(bench, answers.html(200))
    bench.program.controller.choose_profile("practice")
    bench.click("fetch-preview")
    await bench.until(lambda: bench.program.player.has_source("clone"))
    demo = [r for r in bench.server.requests if r.path.startswith("/demo")]
    assert [r.header("authorization") for r in demo] == [None, None]


async def test_it_can_be_stopped_before_and_after_the_request_has_left(bench: WindowBench) -> None:
    await clone(bench, answers.expired_link())
    bench.server.faults.add(Step.SYNTHESIS, answers.too_many(retry_after=30))
    await agree(bench)
    await bench.until(lambda: bench.program.recovery.state.run and bench.program.recovery.state.run.skip)
    assert "Trying again in 30 s" in words(bench)
    stop = bench.find(QPushButton, "stop-preview")
    assert (stop.text(), stop.toolTip()) == ("Cancel", "End it; nothing is billed")
    bench.click("stop-preview")
    await bench.until(lambda: idle(bench))
    assert await recorded(bench) == (VoiceState.NEW, [SynthesisState.NOT_MADE])
    gate = Gate()
    bench.server.faults.add(Step.SYNTHESIS, Hold(gate=gate, at=Point.AFTER_WORK))
    await agree(bench)
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    assert bench.find(QPushButton, "stop-preview").text() == "Stop waiting"
    bench.click("stop-preview")
    box = await question(bench, "Stop waiting?")
    assert "kept and billed all the same" in box.informativeText()
    answer(box, "stop")
    await bench.until(lambda: idle(bench))
    assert "Nobody waits for the new preview any more" in words(bench)
    state, syntheses = await recorded(bench)
    assert state is VoiceState.NEW
    assert sorted(syntheses) == [SynthesisState.NOT_MADE, SynthesisState.UNKNOWN]
    assert bench.server.counters.calls["t2a_v2"] == 2
    gate.open()


async def test_after_a_restart_a_new_preview_that_nobody_waited_for_is_still_known_of(
    bench: WindowBench, qapp: QApplication
) -> None:
    """It was said to be a matter of fetching the preview, for nothing."""
    await clone(bench, answers.expired_link())
    gate = Gate()
    bench.server.faults.add(Step.SYNTHESIS, Hold(gate=gate, at=Point.AFTER_WORK))
    await agree(bench)
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    async with restarted(bench, qapp) as again:
        gate.open()
        await again.until(lambda: again.program.recovery.state.in_doubt)
        assert "nobody knows what came of it" in words(again)
        assert "may be kept and billed" in words(again)


async def test_a_download_that_hangs_can_be_stopped(bench: WindowBench) -> None:
    await clone(bench, answers.html(200))
    gate = Gate()
    bench.server.faults.add(Step.DEMO, Hold(gate=gate, at=Point.IN_ANSWER, after_bytes=2000))
    bench.click("fetch-preview")
    await bench.until(
        lambda: bench.program.recovery.state.run and bench.program.recovery.state.run.done_bytes
    )
    assert "Fetching the preview" in words(bench)
    assert " KB of " in words(bench)
    bench.click("stop-preview")
    await bench.until(lambda: idle(bench))
    assert offered(bench) == ["fetch-preview", "make-preview"]
    assert await recorded(bench) == (VoiceState.NEW, [])
    gate.open()


async def test_a_voice_without_a_preview_text_says_a_sample_sentence(bench: WindowBench) -> None:
    await clone(bench, text="")
    assert offered(bench) == []
    bench.click("page-voices")
    assert "This voice has no preview here." in words(bench)
    assert offered(bench) == ["make-preview"]
    bench.click("make-preview")
    box = await question(bench)
    sentence = bench.program.catalog.sample_sentences["English"]
    assert sentence in box.informativeText()
    answer(box, "make")
    await bench.until(lambda: bench.program.player.has_source("clone"))
    assert billed(bench) == (1, len(sentence))


async def test_a_preview_that_is_gone_from_the_disk_names_the_right_cure(bench: WindowBench) -> None:
    await clone(bench)
    await bench.until(lambda: bench.program.player.has_source("clone"))
    first = bench.state.result.preview
    bench.click("page-voices")
    assert offered(bench) == []
    first.unlink()
    table = bench.find(QTableView, "voices")
    table.doubleClicked.emit(table.model().index(0, 0))
    await bench.until(lambda: "is gone from this computer" in banner(bench))
    assert "fetch its preview again, or make a new one" in banner(bench)
    assert "Choose the recording" not in banner(bench)
    assert offered(bench) == ["fetch-preview"]
    bench.click("fetch-preview")
    await bench.until(lambda: bench.find(QPushButton, "play-voice").isEnabled())
    (voice,) = await bench.program.prices._records.voices()
    assert Path(voice.preview_file).is_file()
    assert voice.preview_file != str(first)
    assert billed(bench) == (0, 0)


async def test_a_player_that_finds_no_file_names_the_right_cure_too(bench: WindowBench) -> None:
    await clone(bench)
    await bench.until(lambda: bench.program.player.state.source == "clone")
    bench.program.player.failed.emit("Could not open file")
    assert "It can't be played: Could not open file" in banner(bench)
    bench.state.result.preview.unlink()
    bench.program.player.failed.emit("Could not open file")
    assert "is gone from this computer" in banner(bench)


async def test_all_of_it_works_after_a_restart(bench: WindowBench, qapp: QApplication) -> None:
    await clone(bench, answers.expired_link())
    async with restarted(bench, qapp) as again:
        await again.until(lambda: again.program.voices.state.rows)
        await again.until(lambda: again.program.recovery.state.links)
        again.click("page-voices")
        assert "the program ended before its preview came" in words(again)
        assert offered(again) == ["fetch-preview"]
        again.server.faults.add(Step.DEMO, answers.expired_link())
        again.click("fetch-preview")
        await again.until(lambda: offered(again) == ["make-preview"])
        await agree(again)
        await again.until(lambda: again.program.voices.state.rows[0].state is VoiceState.KEPT)
        assert billed(again) == (1, 100)
        await again.until(lambda: again.find(QPushButton, "play-voice").isEnabled())


async def test_at_the_practice_service_it_is_free_and_comes_back_after_a_restart(
    bench: WindowBench, qapp: QApplication
) -> None:
    bench.program.controller.choose_profile("practice")
    await clone(bench)
    await bench.until(lambda: bench.program.player.has_source("clone"))
    Path(bench.state.result.preview).unlink()
    async with restarted(bench, qapp) as again:
        again.program.controller.choose_profile("practice")
        await again.until(lambda: again.program.voices.state.rows)
        again.click("page-voices")
        again.click("fetch-preview")
        await again.until(lambda: again.find(QPushButton, "play-voice").isEnabled())
        (voice,) = await again.program.prices._records.voices()
        Path(voice.preview_file).unlink()
        again.click("page-voices")
        await again.until(lambda: offered(again) == ["fetch-preview"])
        again.program.recovery.make(voice)
        box = await question(again)
        assert "It is free here. A real service charges about" in box.informativeText()
        answer(box, "make")
        await again.until(lambda: again.program.voices.state.rows[0].state is VoiceState.KEPT)
        assert "it was free here" in banner(again)
        assert again.program.prices.state.spending == ()
        await again.until(lambda: again.find(QPushButton, "play-voice").isEnabled())
    assert billed(bench) == (0, 0)


async def test_closing_asks_while_a_new_preview_is_made_and_leaves_it_as_unknown(
    bench: WindowBench, qapp: QApplication
) -> None:
    await clone(bench, answers.expired_link())
    gate = Gate()
    bench.server.faults.add(Step.SYNTHESIS, Hold(gate=gate, at=Point.AFTER_WORK))
    await agree(bench)
    await bench.until(lambda: gate.wait_reached(timeout_s=0))
    ended: list[bool] = []
    bench.program.controller.finished.connect(lambda: ended.append(True))
    bench.program.window.close()
    box = await question(bench, "Close anyway?")
    assert "may be kept and billed all the same" in box.informativeText()
    answer(box, "stay")
    await asyncio.sleep(0.02)
    assert ended == []
    bench.program.window.close()
    answer(await question(bench, "Close anyway?"), "close")
    await bench.until(lambda: ended)
    async with restarted(bench, qapp) as again:
        await again.until(lambda: again.program.voices.state.rows)
        assert await recorded(again) == (VoiceState.NEW, [SynthesisState.UNKNOWN])
    gate.open()

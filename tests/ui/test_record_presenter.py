"""Recording without a window: microphones that come and go, what is heard, takes and what becomes of them."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.fakes.microphones import BUILT_IN, HEADSET
from tests.fakes.record_bench import RecordBench
from voiceclone_gui.core.sample import Purpose
from voiceclone_gui.services.record_take import TakePhase
from voiceclone_gui.ui.microphone_permission import Permission

MakeBench = Callable[..., RecordBench]


@pytest.fixture
def make(qapp: QApplication, tmp_path: Path) -> Iterator[MakeBench]:
    made: list[RecordBench] = []

    def new(**options: Any) -> RecordBench:
        made.append(RecordBench(folder=tmp_path / "recordings", **options))
        return made[-1]

    yield new
    for bench in made:
        bench.presenter.close()


@pytest.fixture
def bench(make: MakeBench) -> RecordBench:
    made = make()
    made.begin()
    return made


def length_s(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


# -- microphones


def test_it_listens_to_the_systems_own_microphone(make: MakeBench) -> None:
    bench = make()
    bench.microphones.plugged_in = (HEADSET, BUILT_IN)
    bench.begin()
    assert (bench.state.microphone_id, bench.microphones.open_id) == ("built-in", "built-in")
    assert bench.state.can_record
    assert bench.remembered == []


def test_the_chosen_one_is_remembered_and_taken_again(make: MakeBench) -> None:
    bench = make()
    bench.microphones.plugged_in = (BUILT_IN, HEADSET)
    bench.begin()
    bench.presenter.choose_microphone("headset")
    assert (bench.microphones.open_id, bench.remembered) == ("headset", ["headset"])
    later = make(chosen_id="headset")
    later.begin()
    assert later.state.microphone_id == "built-in"
    later.microphones.plug(BUILT_IN, HEADSET)
    assert later.state.microphone_id == "headset"
    later.microphones.plug(BUILT_IN)
    assert later.state.microphone_id == "built-in"
    assert later.problem_code == "microphone-lost"


def test_another_one_plugged_in_while_recording_changes_nothing(make: MakeBench) -> None:
    bench = make(chosen_id="headset")
    bench.begin()
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.microphones.plug(BUILT_IN, HEADSET)
    bench.presenter.choose_microphone("headset")
    assert bench.microphones.open_id == "built-in"
    assert len(bench.state.microphones) == 2


@pytest.mark.parametrize("others", [(), (HEADSET,)], ids=["none left", "another left"])
@pytest.mark.parametrize("way", ["unplugged", "failed"])
def test_a_microphone_that_goes_while_recording_leaves_its_take(
    bench: RecordBench, others: tuple[Any, ...], way: str
) -> None:
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=1.5)
    if way == "unplugged":
        bench.microphones.plug(*others)
    else:
        bench.microphones.plugged_in = others
        bench.microphones.failed.emit()
    bench.until(lambda: bench.state.take is not None)
    assert bench.state.take is not None
    assert bench.state.take.duration_s == length_s(bench.state.take.path) == pytest.approx(1.5)
    assert bench.problem_code == "microphone-lost-in-take"
    assert bench.state.problem is not None
    assert "Built-in microphone" in bench.state.problem.title
    assert bench.state.can_use
    assert bench.state.can_record is bool(others)


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("linux", "microphone-missing-linux"),
        ("win32", "microphone-missing-windows"),
        ("darwin", "microphone-missing-macos"),
    ],
)
def test_without_a_microphone_it_says_what_to_do_and_waits_for_one(
    make: MakeBench, system: str, code: str
) -> None:
    bench = make(system=system)
    bench.microphones.plugged_in = ()
    bench.begin()
    assert bench.problem_code == code
    assert not bench.state.can_record
    bench.presenter.record_or_pause()
    bench.microphones.plug(HEADSET)
    assert (bench.problem_code, bench.state.microphone_id) == ("", "headset")


def test_a_sound_server_that_does_not_run_is_something_else(make: MakeBench) -> None:
    bench = make()
    bench.microphones.plugged_in = ()
    bench.microphones.sound_system = False
    bench.begin()
    assert bench.problem_code == "microphone-no-sound-server"


def test_one_that_can_not_be_opened_is_named(make: MakeBench) -> None:
    bench = make(system="win32")
    bench.microphones.plugged_in = (BUILT_IN, HEADSET)
    bench.microphones.refuses = {"built-in"}
    bench.begin()
    assert bench.problem_code == "microphone-unopened-windows"
    assert not bench.state.can_record
    bench.presenter.choose_microphone("headset")
    assert (bench.problem_code, bench.state.can_record) == ("", True)


def test_the_user_is_asked_for_permission_once(make: MakeBench) -> None:
    bench = make(permission=Permission.OPEN, system="darwin")
    bench.begin()
    assert (bench.permission.asked, bench.microphones.open_id) == (1, "")
    bench.permission.answer(Permission.GRANTED)
    assert bench.state.can_record
    refused = make(permission=Permission.OPEN, system="darwin")
    refused.begin()
    refused.permission.answer(Permission.DENIED)
    assert refused.problem_code == "microphone-denied-macos"
    assert not refused.state.can_record


# -- what is heard


def test_loud_and_quiet_are_shown(bench: RecordBench) -> None:
    bench.speak(seconds=0.5, peak=0.5)
    assert bench.readings[-1].peak_dbfs == pytest.approx(-6.0, abs=0.1)
    assert bench.readings[-1].rms_dbfs == pytest.approx(-9.0, abs=0.1)
    bench.speak(seconds=0.5, peak=0.001)
    # It falls calmly, and what was loudest stays for a moment.
    assert bench.readings[-1].peak_dbfs == pytest.approx(-18.0, abs=0.5)
    assert bench.readings[-1].held_dbfs == pytest.approx(-6.0, abs=0.1)
    bench.speak(seconds=3.0, peak=0.001)
    assert bench.readings[-1].held_dbfs < -50


@pytest.mark.parametrize("peak", [0.0, 0.0005])
def test_three_seconds_of_silence_are_said(bench: RecordBench, peak: float) -> None:
    bench.speak(seconds=2.8, peak=peak)
    assert bench.warning_code == ""
    bench.speak(seconds=0.3, peak=peak)
    assert bench.warning_code == "microphone-silent-linux"
    bench.speak(seconds=0.1, peak=0.1)
    assert bench.warning_code == ""


def test_a_microphone_that_delivers_nothing_at_all_is_silent_too(bench: RecordBench) -> None:
    bench.clock.now_s += 3.1
    bench.presenter.tick()
    assert bench.warning_code == "microphone-silent-linux"


def test_clipping_is_said_for_a_moment_and_of_a_take_for_good(bench: RecordBench) -> None:
    bench.speak(seconds=0.1, peak=1.0)
    assert bench.warning_code == "microphone-clips"
    bench.speak(seconds=3.2)
    assert bench.warning_code == ""
    bench.record(seconds=1.0, peak=1.0)
    bench.speak(seconds=4.0)
    assert bench.warning_code == "microphone-clipped-take"
    bench.record(seconds=1.0)
    assert bench.warning_code == ""


# -- takes


def test_a_take_is_written_paused_and_used(bench: RecordBench) -> None:
    bench.speak(seconds=0.3)
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=1.0)
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.PAUSED)
    bench.speak(seconds=0.7)
    assert not bench.state.can_use
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=0.5)
    bench.presenter.stop()
    bench.until(lambda: bench.state.can_use)
    assert bench.elapsed[-1] == pytest.approx(1.5)
    bench.presenter.use()
    bench.until(lambda: bench.left == 1)
    (path,) = bench.taken
    assert length_s(path) == pytest.approx(1.5)
    assert bench.recordings.undecided() == ()
    assert bench.microphones.open_id == ""


def test_a_clip_ends_by_itself_before_eight_seconds(make: MakeBench) -> None:
    bench = make(purpose=Purpose.PROMPT_AUDIO)
    bench.begin()
    assert bench.state.marks_s == (5.0, 7.8)
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=9)
    bench.until(lambda: bench.state.can_use)
    assert bench.state.take is not None
    assert length_s(bench.state.take.path) == pytest.approx(7.8)
    assert bench.warning_code == "take-full-clip"


def test_after_the_limit_it_says_why_it_ended_also_to_somebody_who_comes_back_later(
    bench: RecordBench,
) -> None:
    # An hour is long for a test: the take is begun with another limit.
    bench.recorder.begin(limit_s=2.0)
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=3.0)
    bench.until(lambda: bench.state.can_use)
    bench.speak(seconds=10.0, peak=0.0001)
    assert bench.warning_code == "take-full"
    bench.record(seconds=0.3)
    assert bench.warning_code == ""


def test_the_text_goes_along_with_the_take_that_was_made_while_it_was_there(make: MakeBench) -> None:
    bench = make(purpose=Purpose.PROMPT_AUDIO)
    bench.begin()
    assert bench.presenter.words == ""
    bench.record(seconds=0.3)
    english = bench.presenter.words
    assert english == bench.state.text
    bench.presenter.choose_language("French")
    assert bench.presenter.words == english
    bench.record(seconds=0.3)
    assert bench.presenter.words == bench.state.text != english
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=0.2)
    bench.presenter.choose_language("Korean")
    bench.presenter.choose_language("French")
    bench.presenter.stop()
    bench.until(lambda: bench.state.earlier == 2)
    assert bench.presenter.words == ""


def test_the_take_before_stays_until_all_is_decided_and_after_it(bench: RecordBench) -> None:
    first = bench.record(seconds=0.5)
    second = bench.record(seconds=0.8)
    assert bench.state.earlier == 1
    assert {take.path for take in bench.recordings.undecided()} == {first.path, second.path}
    bench.presenter.use()
    bench.until(lambda: bench.left == 1)
    assert [length_s(path) for path in bench.taken] == [pytest.approx(0.8)]
    assert sorted(length_s(path) for path in bench.folder.iterdir()) == [
        pytest.approx(0.5),
        pytest.approx(0.8),
    ]


@pytest.mark.parametrize(("keeps", "count"), [(True, 2), (False, 0)])
def test_leaving_keeps_all_or_throws_all_away(bench: RecordBench, keeps: bool, count: int) -> None:
    bench.record(seconds=0.3)
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.phase is TakePhase.RECORDING)
    bench.speak(seconds=0.3)
    bench.presenter.leave(keeps=keeps)
    bench.until(lambda: bench.left == 1)
    assert bench.taken == []
    assert len(list(bench.folder.iterdir())) == count
    assert bench.recordings.undecided() == ()


def test_a_program_that_ends_leaves_its_takes_for_the_next_start(bench: RecordBench) -> None:
    take = bench.record(seconds=0.3)
    bench.presenter.close()
    assert bench.recordings.undecided() == (take,)


def test_a_folder_that_can_not_be_written_is_said_in_place(make: MakeBench, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    bench = make()
    bench.begin()
    bench.presenter.record_or_pause()
    bench.until(lambda: bench.state.problem is not None)
    assert bench.problem_code == "storage-not-writable"
    assert bench.state.phase is TakePhase.IDLE


def test_a_take_that_can_not_be_named_is_not_lost(bench: RecordBench) -> None:
    take = bench.record(seconds=0.3)
    (bench.folder / take.path.name.replace(".undecided", "")).write_text("in the way")
    bench.presenter.use()
    bench.until(lambda: bench.state.problem is not None)
    assert (bench.problem_code, bench.left, bench.taken) == ("storage-exists", 0, [])
    assert bench.state.can_use
    assert take.path.exists()


def test_the_text_follows_the_language_and_the_purpose(make: MakeBench) -> None:
    bench = make(language="German")
    assert bench.state.text.startswith("Gestern")
    bench.presenter.choose_language("Japanese")
    assert bench.state.text.startswith("きのう")
    assert make(purpose=Purpose.PROMPT_AUDIO).state.text.endswith("the sea.")
    assert make(language="Tamil").state.language == "English"

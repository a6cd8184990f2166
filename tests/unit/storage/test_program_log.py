"""The log: what is in it, what never is, and that it harms nobody."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from voiceclone_gui.core.redaction import RedactingFilter
from voiceclone_gui.core.token import Token
from voiceclone_gui.storage import program_log
from voiceclone_gui.storage.program_log import ProgramLog

SECRET = "sk-canary-7f3a9b"
HOME = Path("/folders/of/anna")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ProgramLog]:
    redaction = RedactingFilter()
    redaction.register(Token(SECRET))
    made = ProgramLog(folder=tmp_path / "log", redaction=redaction, home=HOME)
    level = logging.getLogger(program_log.PROGRAM).level
    made.open()
    yield made
    made.close()
    logging.getLogger(program_log.PROGRAM).setLevel(level)


def test_what_the_program_says_is_in_it_with_time_and_place(log: ProgramLog) -> None:
    logging.getLogger("voiceclone_gui.somewhere").info("Cloned %s", "grandma")
    log.close()
    assert "INFO    voiceclone_gui.somewhere: Cloned grandma\n" in log.tail()


def test_what_libraries_say_in_passing_is_not(log: ProgramLog) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://example.com/x?Signature=abc")
    log.close()
    assert log.tail() == ""


def test_no_secret_and_no_home_folder_is_in_it(log: ProgramLog) -> None:
    logger = logging.getLogger("voiceclone_gui.somewhere")
    logger.info("Token %s in %s", SECRET, HOME / "voices")
    try:
        raise ValueError(f"{SECRET} in {HOME}/x")
    except ValueError:
        logger.info("It failed", exc_info=sys.exc_info())
    log.close()
    text = log.tail()
    assert SECRET not in text
    assert str(HOME) not in text
    assert "~/voices" in text
    assert "ValueError" in text


def test_the_last_calls_are_kept_for_a_report(log: ProgramLog) -> None:
    logger = logging.getLogger(program_log.CALLS)
    for number in range(program_log.CALLS_KEPT + 5):
        logger.info("call %d with %s", number, SECRET)
    logging.getLogger("voiceclone_gui.somewhere").info("no call")
    log.close()
    calls = log.recent_calls()
    assert len(calls) == program_log.CALLS_KEPT
    assert calls[-1].endswith("call 54 with •••") or SECRET not in calls[-1]
    assert "call 54" in calls[-1]


def test_files_follow_each_other_and_stay_bounded(log: ProgramLog) -> None:
    logger = logging.getLogger("voiceclone_gui.somewhere")
    for _ in range(6):
        for _ in range(100):
            logger.info("x" * 10_000)
    log.close()
    files = list(log.path.parent.iterdir())
    assert len(files) == program_log.OLDER_FILES + 1
    assert sum(file.stat().st_size for file in files) <= 4 * program_log.FILE_MAX_BYTES


def test_only_the_newest_lines_are_shown_and_none_of_them_is_cut(log: ProgramLog) -> None:
    logger = logging.getLogger("voiceclone_gui.somewhere")
    for number in range(100):
        logger.info("line %d", number)
    log.close()
    tail = log.tail(max_bytes=500)
    assert tail.splitlines()[-1].endswith("line 99")
    assert all("voiceclone_gui.somewhere: line" in line for line in tail.splitlines())
    assert len(tail) <= 500


def test_a_folder_that_can_not_be_written_costs_only_the_lines(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    log = ProgramLog(folder=tmp_path / "log", redaction=RedactingFilter(), home=HOME)
    level = logging.getLogger(program_log.PROGRAM).level
    log.open()
    logging.getLogger(program_log.CALLS).info("a call")
    log.close()
    logging.getLogger(program_log.PROGRAM).setLevel(level)
    assert log.tail() == ""
    assert len(log.recent_calls()) == 1


def test_a_full_disk_costs_only_the_lines(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "voiceclone.log").symlink_to("/dev/full")
    log = ProgramLog(folder=folder, redaction=RedactingFilter(), home=HOME)
    level = logging.getLogger(program_log.PROGRAM).level
    log.open()
    logging.getLogger(program_log.CALLS).info("a call")
    log.close()
    logging.getLogger(program_log.PROGRAM).setLevel(level)
    assert capfd.readouterr().err == ""
    assert len(log.recent_calls()) == 1

"""What crashes leave: found once the run is over, gone after a clean end, never a running program's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.small_disk import command_without_rights
from voiceclone_gui.storage.crash_files import CrashFiles

PROGRAM = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from voiceclone_gui.storage.crash_files import CrashFiles
files = CrashFiles(folder=Path(sys.argv[1]), clean=lambda text: text.replace("secret", "***"),
                   now=lambda: datetime.now(UTC).astimezone())
files.begin()
if "note" in sys.argv[2:]:
    try:
        raise ValueError("secret words")
    except ValueError as error:
        files.note(ValueError, error, error.__traceback__, where="the test")
print("runs", flush=True)
sys.stdin.readline()
files.end()
"""


@contextmanager
def running(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "runs\n"
    try:
        yield program
    finally:
        program.communicate("\n")


@pytest.fixture
def files(tmp_path: Path) -> CrashFiles:
    return CrashFiles(folder=tmp_path / "crash", clean=str, now=lambda: datetime.now(UTC).astimezone())


def test_a_clean_end_leaves_nothing(files: CrashFiles, tmp_path: Path) -> None:
    with running(tmp_path / "crash"):
        pass
    assert files.left_behind() == ()
    assert list((tmp_path / "crash").iterdir()) == []


def test_a_program_that_still_runs_has_not_crashed(files: CrashFiles, tmp_path: Path) -> None:
    with running(tmp_path / "crash"):
        assert files.left_behind() == ()


@pytest.mark.parametrize(
    ("ending", "says"),
    [(signal.SIGKILL, ""), (signal.SIGSEGV, "Segmentation fault"), (signal.SIGABRT, "Aborted")],
)
def test_a_run_that_was_ended_is_found_with_what_the_interpreter_said(
    files: CrashFiles, tmp_path: Path, ending: signal.Signals, says: str
) -> None:
    with running(tmp_path / "crash") as program:
        os.kill(program.pid, ending)
        program.wait()
    (report,) = files.left_behind()
    assert says in report.text
    assert bool(report.text) == bool(says)
    assert abs((datetime.now(UTC) - report.began_at).total_seconds()) < 100
    # It is found again until it is thrown away.
    assert files.left_behind() == (report,)
    files.throw_away(report)
    assert files.left_behind() == ()
    assert list((tmp_path / "crash").iterdir()) == []


def test_an_error_that_nobody_caught_is_kept_over_a_clean_end_without_secrets(
    files: CrashFiles, tmp_path: Path
) -> None:
    with running(tmp_path / "crash", "note"):
        pass
    (report,) = files.left_behind()
    assert "ValueError: *** words" in report.text
    assert "the test" in report.text


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "crash").write_text("a file where the folder should be")
    files = CrashFiles(folder=tmp_path / "crash", clean=str, now=lambda: datetime.now(UTC))
    files.begin()
    files.note(ValueError, None, None, where="here")
    files.end()
    assert files.left_behind() == ()


def test_a_folder_that_may_not_be_looked_into_holds_nothing_and_nothing_fails(tmp_path: Path) -> None:
    """The program ended with a traceback before its window was there."""
    forbidden = tmp_path / "data"
    forbidden.mkdir(mode=0o000)
    looks = PROGRAM.replace("files.begin()", "print(files.left_behind())\nfiles.begin()")
    done = subprocess.run(
        command_without_rights(sys.executable, "-c", looks, str(forbidden / "crash")),
        input="\n",
        capture_output=True,
        text=True,
        check=False,
    )
    forbidden.chmod(0o700)
    assert (done.returncode, done.stdout, done.stderr) == (0, "()\nruns\n", "")


def test_two_runs_in_the_same_second_are_two(files: CrashFiles, tmp_path: Path) -> None:
    with running(tmp_path / "crash") as first, running(tmp_path / "crash") as second:
        for program in (first, second):
            os.kill(program.pid, signal.SIGKILL)
            program.wait()
    assert len(files.left_behind()) == 2

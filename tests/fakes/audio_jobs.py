"""Jobs for an audio process: well-behaved ones and every kind of bad one. At the top of a module, as jobs are."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from voiceclone_gui.audio.worker_child import report_progress
from voiceclone_gui.core.errors import SampleUnreadable

FOREVER_S = 3600.0


def add(left: int, right: int) -> int:
    return left + right


def process_id() -> int:
    return os.getpid()


def spans(marks: Path, name: str) -> None:
    """Write down when it began and when it ended."""
    for what in ("begins", "ends"):
        with marks.open("a", encoding="utf-8") as file:
            file.write(f"{name} {what}\n")


def count_to(limit: int) -> int:
    for number in range(limit):
        report_progress(number)
    return limit


def sleep() -> None:
    """Says who it is, then takes for ever."""
    report_progress(os.getpid())
    time.sleep(FOREVER_S)


def hold_the_lock() -> None:
    """Says who it is, then stays in one call of C that lets no other thread of Python run."""
    report_progress(os.getpid())
    _ = 10 ** (10**9)


def decode_for_ever() -> None:
    """Says who it is, then stays in calls of C that do."""
    import numpy as np

    report_progress(os.getpid())
    values = np.arange(10**6)[::-1]
    while True:
        np.sort(values)


def die_by(signal_number: int) -> None:
    os.kill(os.getpid(), signal_number)
    signal.pause()


def exit_at_once(code: int) -> NoReturn:
    os._exit(code)


def leave(code: int) -> NoReturn:
    sys.exit(code)


def allocate(size_bytes: int) -> int:
    return len(bytearray(size_bytes))


def allocate_like_onnxruntime() -> NoReturn:
    raise RuntimeError("Non-zero status code returned: std::bad_alloc")


def fail(text: str) -> NoReturn:
    raise ZeroDivisionError(text)


def refuse(name: str) -> NoReturn:
    try:
        raise OSError(5, "a reason with /a/path in it")
    except OSError as error:
        raise SampleUnreadable("sample-empty", name=name) from error


def echo(value: Any) -> Any:
    return value


def unpicklable_result() -> Any:
    return lambda: None


def unpicklable_progress() -> int:
    report_progress(lambda: None)
    return 1


class OnlyThere:
    """Something that can be sent, but not received."""

    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("not a number",)


def unreadable_result() -> OnlyThere:
    return OnlyThere()


def unreadable_progress() -> int:
    report_progress(OnlyThere())
    return 1


def shout() -> int:
    """Write to the terminal in every way there is."""
    for stream in (sys.stdout, sys.stderr):
        stream.write("by Python")
        stream.flush()
    os.write(1, b"out by the system\n")
    os.write(2, b"error by the system\n")
    return 1


def environment() -> bytes:
    """What anybody of the same user can read about this process."""
    return Path(f"/proc/{os.getpid()}/environ").read_bytes()


def limits() -> dict[str, tuple[int, int]]:
    import resource

    return {name: resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_DATA", "RLIMIT_CORE")}

"""The audio process's own side: take a job, run it, send back what came of it.

The process decodes files that strangers made. It can be killed, crash or run out of memory at any time
without harm to the program, and it never outlives the program.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from voiceclone_gui.core.errors import VoiceCloneError

_DETAIL_LIMIT_CHARACTERS = 300
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

# Where the running job's progress goes; nowhere outside an audio process. A context variable, because a
# job is a plain function that is also called without a process.
_progress_sink: ContextVar[Callable[[object], None] | None] = ContextVar("progress_sink", default=None)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """The process is warm and takes a job."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The running job has reported ``value``."""

    value: object


@dataclass(frozen=True, kw_only=True)
class Done:
    """The job returned ``result``."""

    result: Any


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The job raised one of our own errors."""

    error: VoiceCloneError


@dataclass(frozen=True, kw_only=True)
class OutOfMemory:
    """The job wanted more memory than there may be; the process is not to be used again."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The job raised something unexpected. ``reason`` is its type's name."""

    reason: str
    detail: str


Outcome = Done | Refused | OutOfMemory | Fault
Message = Ready | Progress | Outcome


def report_progress(value: object) -> None:
    """Tell whoever waits for the running job how far it is; does nothing outside an audio process.

    ``value`` is pickled. Call it from the job's own thread, and no more than some hundred times a job.
    """
    sink = _progress_sink.get()
    if sink is not None:
        sink(value)


@contextlib.contextmanager
def progress_to(sink: Callable[[object], None]) -> Iterator[None]:
    """Give ``sink`` what is reported inside; so a job's progress is heard without a process too."""
    token = _progress_sink.set(sink)
    try:
        yield
    finally:
        _progress_sink.reset(token)


def serve(link: Connection[Any, Any], memory_limit_bytes: int | None) -> None:
    """Run the jobs that come over ``link``, one after another, until it is closed."""
    _be_quiet()
    _follow_the_parent()
    _limit_resources(memory_limit_bytes)
    _warm_up()

    def send(message: Message) -> None:
        link.send_bytes(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))

    with progress_to(lambda value: send(Progress(value=value))), contextlib.suppress(EOFError, OSError):
        send(Ready())
        while True:
            link.send_bytes(_encoded(_outcome(link.recv_bytes())))


def _encoded(outcome: Outcome) -> bytes:
    """``outcome`` as it goes over the link; one that can't be pickled becomes a fault that can."""
    try:
        return pickle.dumps(outcome, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - a result's own pickling may raise anything
        return pickle.dumps(_failure(error), protocol=pickle.HIGHEST_PROTOCOL)


def _outcome(order: bytes) -> Outcome:
    try:
        job, args = pickle.loads(order)  # noqa: S301 - from the program itself
        return Done(result=job(*args))
    except VoiceCloneError as error:
        return Refused(error=error)
    except BaseException as error:  # noqa: BLE001 - whatever a job raises belongs to its caller
        return _failure(error)


def _failure(error: BaseException) -> OutOfMemory | Fault:
    text = str(error)
    # onnxruntime reports a failed allocation as a plain runtime error.
    if isinstance(error, MemoryError) or "std::bad_alloc" in text:
        return OutOfMemory()
    reason = type(error).__name__
    return Fault(reason=reason, detail=f"{reason}: {text}"[:_DETAIL_LIMIT_CHARACTERS])


def _be_quiet() -> None:
    """Ctrl-C in a terminal is the program's own business, and so is what stands in the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):  # a program without a console has nothing to turn away
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _follow_the_parent() -> None:
    """End as soon as the parent ends, however it ends and whatever runs here."""
    if sys.platform == "linux":
        # The kernel's own signal ends even a call that never lets the watching thread run. It is bound to
        # the parent's thread that started this process; that thread stays until this process is reaped.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _limit_resources(memory_limit_bytes: int | None) -> None:
    if sys.platform == "win32":
        return
    import resource

    # A dump of this process would hold somebody's voice.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and memory_limit_bytes is not None:
        # Not RLIMIT_AS: it also counts libraries and what allocators reserve without using it, some
        # hundred MB that grow with the number of cores and of threads.
        resource.setrlimit(resource.RLIMIT_DATA, (memory_limit_bytes, memory_limit_bytes))


def _warm_up() -> None:
    # One thread is enough for what is done here; each further one costs a stack and a work area.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with contextlib.suppress(ImportError):  # the job that needs them says it better
        import av
        import numpy as np

        del av, np

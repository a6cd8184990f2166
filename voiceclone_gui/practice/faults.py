"""Scripted faults: what the practice service does wrong on purpose, step by step, so that tests can see it.

A script has one queue for each step. Each request to that step takes the next entry; an entry is one fault
or several together (a slow answer that is also truncated). Ready-made answers are in
:mod:`voiceclone_gui.practice.fault_answers`.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum


class Step(StrEnum):
    """A call that can go wrong.

    Uploads are told apart by their purpose, where it stands within the first 64 KiB of the body; else
    they count as the recording's. A test of the connection counts as the call that it makes.
    """

    UPLOAD = "upload"
    PROMPT_UPLOAD = "prompt-upload"
    FILES_LIST = "files-list"
    FILES_RETRIEVE = "files-retrieve"
    FILES_DELETE = "files-delete"
    CLONE = "clone"
    SYNTHESIS = "synthesis"
    GET_VOICE = "get-voice"
    DELETE_VOICE = "delete-voice"
    DEMO = "demo"


class Point(StrEnum):
    """A moment in a request, in their order.

    ``BEFORE_BODY``: the head has come (of an upload also as much as tells its purpose).
    ``IN_BODY``: so many bytes of the body have come. ``BEFORE_WORK``: all of it has come, nothing is done.
    ``AFTER_WORK``: all is done and written down, nothing is answered.
    ``IN_ANSWER``: the answer's head and so many bytes of its body are sent.
    """

    BEFORE_BODY = "before-body"
    IN_BODY = "in-body"
    BEFORE_WORK = "before-work"
    AFTER_WORK = "after-work"
    IN_ANSWER = "in-answer"


class Gate:
    """Holds requests at a point until a test opens it; stopping the service ends the wait too."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._lock = threading.Lock()
        self._is_open = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def wait_reached(self, *, timeout_s: float = 10.0) -> bool:
        """Wait in the test's thread until a request stands at the gate; ``False`` where none came."""
        return self.reached.wait(timeout_s)

    def open(self) -> None:
        """Let everything through, now and later; may be called from any thread."""
        with self._lock:
            self._is_open = True
            waiting, self._waiting = self._waiting, []
        for loop, released in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(released.set)

    async def pass_through(self) -> None:
        """Wait here, on the service's loop, until the gate is open."""
        released = asyncio.Event()
        with self._lock:
            if not self._is_open:
                self._waiting.append((asyncio.get_running_loop(), released))
            else:
                released.set()
        self.reached.set()
        await released.wait()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it goes out; the length is added when it is sent. Header names are lower-case."""

    status: int = 200
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def with_body(self, body: bytes) -> Answer:
        """The same answer with another body."""
        return replace(self, body=body)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """Answer so, instead of what is right. Without ``after_work`` nothing is done.

    ``reads_body=False`` answers at once, while the client may still be sending.
    """

    answer: Answer
    after_work: bool = False
    reads_body: bool = True


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """Do the work, and change the right answer."""

    change: Callable[[Answer], Answer]


@dataclass(frozen=True, kw_only=True)
class Break:
    """Break the connection at a point; with ``is_reset=False`` it is closed politely instead of reset.

    ``after_bytes`` counts the body at ``IN_BODY`` and the answer's body at ``IN_ANSWER``.
    """

    at: Point
    after_bytes: int = 0
    is_reset: bool = True


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Wait at a point until the gate is open. ``after_bytes`` as for :class:`Break`."""

    gate: Gate
    at: Point
    after_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Delay:
    """Wait for ``seconds`` at a point: a slow answer."""

    seconds: float
    at: Point = Point.AFTER_WORK


@dataclass(frozen=True, kw_only=True)
class Trickle:
    """Send the answer's body at so many bytes a second."""

    bytes_per_second: float


@dataclass(frozen=True, kw_only=True)
class Flood:
    """Send a body of ``size_bytes`` instead of the right answer.

    ``is_declared``: its length is told first.
    """

    size_bytes: int
    is_declared: bool = True
    content_type: str = "audio/mpeg"


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """Send the client on with 302: to ``location`` as written, or to the same audio by another path.

    Added with ``times=n`` and no location it makes a chain of n hops that ends at the audio.
    """

    location: str = ""


Fault = Reply | Rewrite | Break | Hold | Delay | Trickle | Flood | Redirect


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How the service behaves for good, within what its contract leaves open.

    ``sensitive_as_object``: ``input_sensitive`` is ``{"type": 0}`` instead of a boolean and a type.
    ``null_lists``: an empty list is null. ``refuse_short_prompts``: an example clip under 5 s is refused.
    """

    sensitive_as_object: bool = False
    null_lists: bool = False
    refuse_short_prompts: bool = False


class FaultScript:
    """The faults to come and the habits; may be written from any thread while the service runs."""

    def __init__(self, *, habits: Habits | None = None) -> None:
        self._lock = threading.Lock()
        self._queues: dict[Step, deque[tuple[Fault, ...]]] = {step: deque() for step in Step}
        self._habits = habits or Habits()

    @property
    def habits(self) -> Habits:
        """The habits as they stand."""
        with self._lock:
            return self._habits

    @habits.setter
    def habits(self, habits: Habits) -> None:
        with self._lock:
            self._habits = habits

    def add(self, step: Step, *faults: Fault, times: int = 1) -> None:
        """Let the next ``times`` requests to ``step`` go wrong, by all of ``faults`` together."""
        if not faults:
            raise ValueError("an entry needs a fault")
        with self._lock:
            self._queues[step].extend([faults] * times)

    def take(self, step: Step) -> tuple[Fault, ...]:
        """The next entry for ``step``, which is used up; empty where all goes well."""
        with self._lock:
            queue = self._queues[step]
            return queue.popleft() if queue else ()

    def left(self, *steps: Step) -> int:
        """How many entries wait for these steps; for all steps where none is named."""
        with self._lock:
            return sum(len(self._queues[step]) for step in steps or Step)

    def clear(self) -> None:
        """Forget all faults to come; habits stay."""
        with self._lock:
            for queue in self._queues.values():
                queue.clear()

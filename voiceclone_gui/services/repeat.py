"""Calls that are repeated by themselves, by the contract's table and by nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from voiceclone_gui.api.retry import Step, decide
from voiceclone_gui.core.errors import VoiceCloneError

T = TypeVar("T")


async def with_repeats(
    call: Callable[[], Awaitable[T]],
    *,
    step: Step,
    on_wait: Callable[[float, VoiceCloneError, Callable[[], None]], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> T:
    """The result of ``call``, tried again while :func:`decide` says so.

    ``on_wait`` is told the seconds before each repeat and why, and gets a function that ends the wait at
    once. The last error is raised as it is.
    """
    attempt = 1
    while True:
        try:
            return await call()
        except VoiceCloneError as error:
            decision = decide(error, step=step, attempt=attempt, jitter=jitter())
            if not decision.repeat:
                raise
            skipped = asyncio.Event()
            on_wait(decision.wait_s, error, skipped.set)
        await _wait(sleep(decision.wait_s), skipped)
        attempt += 1


async def _wait(sleeping: Awaitable[None], skipped: asyncio.Event) -> None:
    ends = [asyncio.ensure_future(sleeping), asyncio.ensure_future(skipped.wait())]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)

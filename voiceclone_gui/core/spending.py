"""What was spent through this program, added up from the record of its jobs: always an estimate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from voiceclone_gui.core.cost import is_free_service
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.voice import Voice

_MADE = {JobState.CLONED, JobState.PREVIEW_SAVED}
# The request may have left; nobody knows what came of it.
_OPEN = {JobState.CLONING, JobState.UNKNOWN}


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What one service was paid in one currency.

    ``certain`` is for voices that were made, ``possible`` comes on top of it if those whose fate is unknown
    were made too. ``unpriced`` counts previews whose price nobody knew; those stand in a line of their own,
    without a currency.
    """

    service_id: str
    currency: str
    certain: Decimal = Decimal(0)
    possible: Decimal = Decimal(0)
    unpriced: int = 0

    @property
    def at_most(self) -> Decimal:
        """What it can have been, with everything that is unknown."""
        return self.certain + self.possible


def add_up(jobs: Iterable[CloneJob], *, voices: Iterable[Voice] = ()) -> tuple[Spending, ...]:
    """The spending by service and currency, in the order of their names.

    A preview is billed at once, when its voice is made; the fee for the voice when it is kept. Each job
    carries the prices that held when it was started.
    """
    kept = {voice.job_id for voice in voices if voice.kept_at is not None}
    certain: dict[tuple[str, str], Decimal] = {}
    possible: dict[tuple[str, str], Decimal] = {}
    unpriced: dict[tuple[str, str], int] = {}
    for job in jobs:
        if is_free_service(job.profile_id) or job.state not in _MADE | _OPEN:
            continue
        bill, is_priced = _bill(job, is_kept=job.job_id in kept)
        key = (job.profile_id, job.currency)
        if bill:
            sums = certain if job.state in _MADE else possible
            sums[key] = sums.get(key, Decimal(0)) + bill
        if not is_priced:
            key = (job.profile_id, "")
            unpriced[key] = unpriced.get(key, 0) + 1
    return tuple(
        Spending(
            service_id=key[0],
            currency=key[1],
            certain=certain.get(key, Decimal(0)),
            possible=possible.get(key, Decimal(0)),
            unpriced=unpriced.get(key, 0),
        )
        for key in sorted(certain.keys() | possible.keys() | unpriced.keys())
    )


def _bill(job: CloneJob, *, is_kept: bool) -> tuple[Decimal, bool]:
    """What a job cost, and whether all of it is known."""
    parts = []
    if job.request.get("text"):
        parts.append(job.preview_cost)
    if is_kept:
        parts.append(job.activation)
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)), len(known) == len(parts)


def by_currency(spending: Iterable[Spending]) -> tuple[Spending, ...]:
    """The sums over all services, one for each currency in which something was or may have been spent."""
    sums: dict[str, Spending] = {}
    for one in spending:
        if one.at_most:
            sum_so_far = sums.get(one.currency, Spending(service_id="", currency=one.currency))
            sums[one.currency] = replace(
                sum_so_far,
                certain=sum_so_far.certain + one.certain,
                possible=sum_so_far.possible + one.possible,
            )
    return tuple(sums[currency] for currency in sorted(sums))

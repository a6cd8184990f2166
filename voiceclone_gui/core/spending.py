"""What was spent through this program, added up from the record of its jobs: always an estimate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from voiceclone_gui.core.cost import is_free_service
from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.synthesis import OPEN_STATES, Synthesis, SynthesisState
from voiceclone_gui.core.voice import Voice

_MADE = {JobState.CLONED, JobState.PREVIEW_SAVED}
# The request may have left; nobody knows what came of it.
_OPEN = {JobState.CLONING, JobState.UNKNOWN}


@dataclass(frozen=True, kw_only=True)
class Spending:
    """What one service was paid in one currency.

    ``certain`` is for voices and previews that were made, ``possible`` comes on top of it if those whose
    fate is unknown were made too. ``unpriced`` counts those whose price nobody knew; they stand in a line of
    their own, without a currency.
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


def add_up(
    jobs: Iterable[CloneJob], *, voices: Iterable[Voice] = (), syntheses: Iterable[Synthesis] = ()
) -> tuple[Spending, ...]:
    """The spending by service and currency, in the order of their names.

    A preview is billed at once, when its voice is made; the fee for the voice when it is kept, by its first
    synthesis. Each job and each synthesis carries the prices that held when it was started.
    """
    made = sorted(syntheses, key=lambda one: one.asked_at)
    # Where the voice was kept before, the fee that a synthesis brings is 0.
    brought = {one.job_id for one in made if one.state is SynthesisState.DONE and one.activation != 0}
    kept = {voice.job_id for voice in voices if voice.kept_at is not None} - brought
    sums = _Sums()
    for job in jobs:
        if not is_free_service(job.profile_id) and job.state in _MADE | _OPEN:
            bill = _bill(job, is_kept=job.job_id in kept)
            sums.add(job.profile_id, job.currency, bill, is_certain=job.state in _MADE)
    with_fee = _fees(made)
    for one in made:
        if not is_free_service(one.profile_id) and one.state is not SynthesisState.NOT_MADE:
            bill = [one.cost]
            if one.synthesis_id in with_fee:
                bill.append(one.activation)
            sums.add(one.profile_id, one.currency, bill, is_certain=one.state is SynthesisState.DONE)
    return sums.spending()


class _Sums:
    """What was spent, by service and currency, while it is added up."""

    def __init__(self) -> None:
        self._certain: dict[tuple[str, str], Decimal] = {}
        self._possible: dict[tuple[str, str], Decimal] = {}
        self._unpriced: dict[tuple[str, str], int] = {}

    def add(
        self, service_id: str, currency: str, bill: Sequence[Decimal | None], *, is_certain: bool
    ) -> None:
        """Add the parts of one bill; ``None`` is a part whose price nobody knew."""
        known = [part for part in bill if part is not None]
        if amount := sum(known, Decimal(0)):
            sums = self._certain if is_certain else self._possible
            sums[service_id, currency] = sums.get((service_id, currency), Decimal(0)) + amount
        if len(known) < len(bill):
            self._unpriced[service_id, ""] = self._unpriced.get((service_id, ""), 0) + 1

    def spending(self) -> tuple[Spending, ...]:
        """All of it."""
        return tuple(
            Spending(
                service_id=key[0],
                currency=key[1],
                certain=self._certain.get(key, Decimal(0)),
                possible=self._possible.get(key, Decimal(0)),
                unpriced=self._unpriced.get(key, 0),
            )
            for key in sorted(self._certain.keys() | self._possible.keys() | self._unpriced.keys())
        )


def _bill(job: CloneJob, *, is_kept: bool) -> list[Decimal | None]:
    parts = []
    if job.request.get("text"):
        parts.append(job.preview_cost)
    if is_kept:
        parts.append(job.activation)
    return parts


def _fees(made: Sequence[Synthesis]) -> frozenset[str]:
    """Which syntheses bring the fee for their voice: of each voice the first that was done for certain,
    else the first that may have been.
    """
    found: dict[str, Synthesis] = {}
    for states in ({SynthesisState.DONE}, OPEN_STATES):
        for one in made:
            if one.state in states:
                found.setdefault(one.job_id, one)
    return frozenset(one.synthesis_id for one in found.values())


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

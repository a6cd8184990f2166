"""What was spent, added up from the record: nothing twice, nothing that wasn't made, nothing rounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.job import CloneJob, JobState
from voiceclone_gui.core.spending import Spending, add_up, by_currency
from voiceclone_gui.core.synthesis import Synthesis, SynthesisState
from voiceclone_gui.core.voice import Voice

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
COST = Decimal("0.0071")


def job(state: JobState, **changes: object) -> CloneJob:
    values = {
        "job_id": "j",
        "state": state,
        "voice_id": "voice-abc123",
        "profile_id": "gateway",
        "service": "http://x",
        "created_at": NOON,
        "rights_stated_at": NOON,
        "rights_text_version": "1",
        "recording": "/r.wav",
        "request": {"text": "hello"},
        "currency": "USD",
        "preview_cost": COST,
        "activation": Decimal("1.5"),
    } | changes
    return CloneJob(**values)  # type: ignore[arg-type]


def voice(job_id: str, *, kept: bool) -> Voice:
    return Voice(
        voice_id="voice-abc123",
        profile_id="gateway",
        service="http://x",
        asked_at=NOON,
        rights_stated_at=NOON,
        rights_text_version="1",
        job_id=job_id,
        made_at=NOON,
        kept_at=NOON if kept else None,
    )


@pytest.mark.parametrize("state", JobState)
def test_a_preview_costs_by_what_became_of_its_voice(state: JobState) -> None:
    certain = COST if state in {JobState.CLONED, JobState.PREVIEW_SAVED} else Decimal(0)
    possible = COST if state in {JobState.CLONING, JobState.UNKNOWN} else Decimal(0)
    expected = Spending(service_id="gateway", currency="USD", certain=certain, possible=possible)
    assert add_up([job(state)]) == ((expected,) if certain or possible else ())
    assert expected.at_most == certain + possible


@pytest.mark.parametrize(
    ("changes", "kept", "expected"),
    [
        ({"profile_id": "practice"}, True, ()),
        ({"request": {"text": ""}}, False, ()),
        ({"request": {}}, False, ()),
        ({"preview_cost": Decimal(0)}, False, ()),
        ({"preview_cost": None, "currency": ""}, False, (("", Decimal(0), 1),)),
        ({"preview_cost": None}, True, (("", Decimal(0), 1), ("USD", Decimal("1.5"), 0))),
        ({"request": {"text": ""}}, True, (("USD", Decimal("1.5"), 0),)),
        ({}, True, (("USD", COST + Decimal("1.5"), 0),)),
    ],
)
def test_what_is_billed(
    changes: dict[str, object], kept: bool, expected: tuple[tuple[str, Decimal, int], ...]
) -> None:
    found = add_up([job(JobState.CLONED, **changes)], voices=[voice("j", kept=kept)])
    assert tuple((one.currency, one.certain, one.unpriced) for one in found) == expected


def synthesis(number: int, state: SynthesisState, **changes: object) -> Synthesis:
    values = {
        "synthesis_id": f"s{number}",
        "job_id": "j",
        "profile_id": "gateway",
        "state": state,
        "asked_at": NOON + timedelta(minutes=number),
        "text": "hello",
        "model": "speech-2.8-hd",
        "currency": "USD",
        "cost": COST,
        "activation": Decimal("1.5"),
    } | changes
    return Synthesis(**values)  # type: ignore[arg-type]


DONE, UNKNOWN = SynthesisState.DONE, SynthesisState.UNKNOWN
SENDING, NOT_MADE = SynthesisState.SENDING, SynthesisState.NOT_MADE
FEE = Decimal("1.5")


@pytest.mark.parametrize(
    ("made", "kept", "certain", "possible"),
    [
        ([(NOT_MADE, {})], False, COST, 0),
        ([(DONE, {})], True, 2 * COST + FEE, 0),
        ([(UNKNOWN, {})], False, COST, COST + FEE),
        ([(SENDING, {})], False, COST, COST + FEE),
        # The fee falls once: with what is certain, else with the first that may have been.
        ([(UNKNOWN, {}), (UNKNOWN, {})], False, COST, 2 * COST + FEE),
        ([(UNKNOWN, {}), (DONE, {})], True, 2 * COST + FEE, COST),
        ([(DONE, {}), (UNKNOWN, {"activation": Decimal(0)})], True, 2 * COST + FEE, COST),
        ([(DONE, {}), (DONE, {"activation": Decimal(0)})], True, 3 * COST + FEE, 0),
        # Kept before, by whatever: the fee is the one on record with the job.
        ([(DONE, {"activation": Decimal(0)})], True, 2 * COST + FEE, 0),
        # The prices of the synthesis hold, not those of the clone.
        ([(DONE, {"activation": Decimal(2)})], True, 2 * COST + 2, 0),
    ],
)
def test_a_synthesis_is_billed_and_brings_the_fee_once(
    made: list[tuple[SynthesisState, dict[str, object]]], kept: bool, certain: Decimal, possible: Decimal
) -> None:
    syntheses = [synthesis(number, state, **changes) for number, (state, changes) in enumerate(made)]
    found = add_up(
        [job(JobState.CLONED)], voices=[voice("j", kept=kept)], syntheses=list(reversed(syntheses))
    )
    assert [(one.certain, one.possible) for one in found] == [(certain, possible)]


def test_a_synthesis_without_a_price_is_counted_and_a_free_one_is_not() -> None:
    unpriced = synthesis(1, DONE, cost=None, activation=None, currency="")
    free = synthesis(2, DONE, profile_id="practice", job_id="p")
    found = add_up([], syntheses=[unpriced, free])
    assert found == (Spending(service_id="gateway", currency="", unpriced=1),)


AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=10)
JOBS = st.lists(
    st.builds(
        job,
        st.sampled_from(JobState),
        preview_cost=AMOUNTS,
        currency=st.sampled_from(["USD", "CNY"]),
        profile_id=st.sampled_from(["gateway", "hingnet", "practice"]),
    ),
    max_size=12,
)


@given(first=JOBS, second=JOBS)
def test_the_whole_is_the_sum_of_its_parts_in_any_order(
    first: list[CloneJob], second: list[CloneJob]
) -> None:
    def sums(jobs: list[CloneJob]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
        return {(one.service_id, one.currency): (one.certain, one.possible) for one in add_up(jobs)}

    whole, nothing = sums(first + second), (Decimal(0), Decimal(0))
    assert whole == sums(second + first)
    for key in whole:
        parts = [sums(first).get(key, nothing), sums(second).get(key, nothing)]
        assert whole[key] == (parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])
    assert not any(service == "practice" for service, _ in whole)
    in_all = by_currency(add_up(first + second))
    assert sum(one.at_most for one in in_all) == sum(map(sum, whole.values()))

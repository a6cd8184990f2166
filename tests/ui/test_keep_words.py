"""The question before a synthesis says what it costs, as far as anybody knows, and never more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from voiceclone_gui.core.answers import SpeechRequest
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.ui.keep_words import billed_words, cost_of_keeping, keep_question

DAY = date(2026, 11, 1)
REQUEST = SpeechRequest(voice_id="voice-abc123", text="Good evening.", model="speech-2.8-hd")


def cost(
    amount: str | None, activation: str | None, *, currency: str = "USD", free: bool = False
) -> CostEstimate:
    return CostEstimate(
        characters=13,
        is_free=free,
        amount=None if amount is None else Decimal(amount),
        activation=None if activation is None else Decimal(activation),
        currency=currency,
        as_of=DAY if currency else None,
    )


NEW, KEPT = VoiceState.NEW, VoiceState.KEPT
# The cost, what is said of it, what the button says, what is said afterwards.
COSTS = [
    (
        cost("0.0013", "1.50"),
        (
            "The price of 13 characters is about US$0.001, and the fee for the voice, about US$1.50, falls due: about US$1.50"
            " in all (prices of 2026-11-01)."
        ),
        "Make it for about US$1.50",
        "The voice is kept; about US$1.50 was billed.",
    ),
    (
        cost("0.0013", "0"),
        "The price of 13 characters is about US$0.001 (prices of 2026-11-01).",
        "Make it for about US$0.001",
        "The voice is kept; about US$0.001 was billed.",
    ),
    (
        cost(None, "1.50"),
        (
            "The price of 13 characters with this model isn't known; the fee for the voice, about US$1.50, falls due"
            " (prices of 2026-11-01)."
        ),
        "Make it at an unknown price",
        "The voice is kept; what was billed isn't known.",
    ),
    (
        cost(None, "0"),
        "The price of 13 characters with this model isn't known.",
        "Make it at an unknown price",
        "The voice is kept; what was billed isn't known.",
    ),
    (
        cost(None, None, currency=""),
        "The service charges for 13 characters, and the fee for the voice falls due. This service's prices aren't known.",
        "Make it at an unknown price",
        "The voice is kept; what was billed isn't known.",
    ),
    (
        cost(None, "0", currency=""),
        "This service's price for 13 characters isn't known.",
        "Make it at an unknown price",
        "The voice is kept; what was billed isn't known.",
    ),
    (
        cost("0.0046", "9.90", currency="CNY", free=True),
        "It is free here. A real service charges about ¥9.90.",
        "Make it, free here",
        "The voice is kept; it was free here.",
    ),
    (
        cost(None, "9.90", currency="CNY", free=True),
        "It is free here: nothing leaves this computer.",
        "Make it, free here",
        "The voice is kept; it was free here.",
    ),
]


@pytest.mark.parametrize(("estimate", "said", "button", "afterwards"), COSTS, ids=range(len(COSTS)))
def test_the_cost_is_said_as_far_as_it_is_known(
    estimate: CostEstimate, said: str, button: str, afterwards: str
) -> None:
    assert cost_of_keeping(estimate) == said
    question = keep_question(REQUEST, cost=estimate, state=NEW, has_open_attempt=False)
    assert said in question.text
    assert list(question.answers) == ["not-now", "make"]
    assert question.answers["make"] == button
    assert billed_words(estimate) == afterwards


@pytest.mark.parametrize(
    ("state", "has_open_attempt", "there", "not_there"),
    [
        (NEW, False, ["it keeps the voice"], ["earlier attempt", "nothing is billed"]),
        (NEW, True, ["An earlier attempt got no answer"], ["nothing is billed"]),
        (KEPT, False, [], ["it keeps the voice", "nothing is billed"]),
        (VoiceState.EXPIRED, False, ["was to be deleted by now"], ["earlier attempt"]),
        (VoiceState.GONE, False, ["doesn't exist any more"], ["earlier attempt"]),
    ],
)
def test_what_else_has_to_be_known_is_said(
    state: VoiceState, has_open_attempt: bool, there: list[str], not_there: list[str]
) -> None:
    question = keep_question(REQUEST, cost=COSTS[0][0], state=state, has_open_attempt=has_open_attempt)
    assert all(words in question.text for words in there)
    assert not any(words in question.text for words in not_there)


def test_a_long_text_is_cut_off_in_the_question() -> None:
    request = SpeechRequest(voice_id="voice-abc123", text="x" * 1000, model="speech-2.8-hd")
    question = keep_question(request, cost=COSTS[0][0], state=NEW, has_open_attempt=False)
    assert f"“{'x' * 120}…”" in question.text

"""What a new preview costs and what it does, in the words of the question that is asked before."""

from __future__ import annotations

from voiceclone_gui.core.answers import SpeechRequest
from voiceclone_gui.core.cost import CostEstimate
from voiceclone_gui.core.voice import VoiceState
from voiceclone_gui.ui.dialogs import Question
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.money import characters, money

_SHOWN_TEXT = 120
MAKE = "make"


def keep_question(
    request: SpeechRequest, *, cost: CostEstimate, state: VoiceState, has_open_attempt: bool
) -> Question:
    """Whether to let the voice speak, which is paid."""
    words = request.text if len(request.text) <= _SHOWN_TEXT else f"{request.text[:_SHOWN_TEXT]}…"
    names = {"voice_id": request.voice_id, "model": request.model}
    lines = [tr("{voice_id} says with {model}: “{words}”", words=words, **names)]
    if state is not VoiceState.KEPT:
        lines.append(
            tr("It is a real synthesis, so it keeps the voice: it isn't deleted after 7 days any more.")
        )
    lines.append(cost_of_keeping(cost))
    if has_open_attempt:
        lines.append(
            tr("An earlier attempt got no answer: what it cost may be billed too, and the fee only once.")
        )
    if state is VoiceState.EXPIRED:
        lines.append(tr("The voice was to be deleted by now. If it was, nothing is billed."))
    if state is VoiceState.GONE:
        lines.append(
            tr("The service said that the voice doesn't exist any more. If that is so, nothing is billed.")
        )
    return Question(
        title=tr("Make a new preview?"),
        text="\n\n".join(lines),
        answers={"not-now": tr("Not now"), MAKE: _agreement(cost)},
    )


def cost_of_keeping(cost: CostEstimate) -> str:
    """What a synthesis costs, as far as known."""
    if cost.is_free:
        if cost.in_all is None:
            return tr("It is free here: nothing leaves this computer.")
        return tr(
            "It is free here. A real service charges about {amount}.",
            amount=money(cost.in_all, cost.currency),
        )
    if not cost.currency:
        if cost.activation is not None:
            return tr("This service's price for {length} isn't known.", length=characters(cost.characters))
        return tr(
            "The service charges for {length}, and the fee for the voice falls due. "
            "This service's prices aren't known.",
            length=characters(cost.characters),
        )
    return _known_cost(cost)


def _known_cost(cost: CostEstimate) -> str:
    # By prices of that day; a fee of 0 fell before, or isn't charged.
    places = {"length": characters(cost.characters), "date": cost.as_of}
    fee = money(cost.activation, cost.currency) if cost.activation else ""
    if cost.amount is None:
        if not fee:
            return tr("The price of {length} with this model isn't known.", **places)
        return tr(
            "The price of {length} with this model isn't known; the fee for the voice, about {fee}, "
            "falls due (prices of {date}).",
            fee=fee,
            **places,
        )
    amount = money(cost.amount, cost.currency)
    if not fee:
        return tr("The price of {length} is about {amount} (prices of {date}).", amount=amount, **places)
    return tr(
        "The price of {length} is about {amount}, and the fee for the voice, about {fee}, falls due: "
        "about {total} in all (prices of {date}).",
        amount=amount,
        fee=fee,
        total=money(cost.in_all or cost.amount, cost.currency),
        **places,
    )


def billed_words(cost: CostEstimate) -> str:
    """What was billed, said after it was."""
    if cost.is_free:
        return tr("The voice is kept; it was free here.")
    if cost.in_all is None:
        return tr("The voice is kept; what was billed isn't known.")
    return tr("The voice is kept; about {amount} was billed.", amount=money(cost.in_all, cost.currency))


def _agreement(cost: CostEstimate) -> str:
    if cost.is_free:
        return tr("Make it, free here")
    if cost.in_all is None:
        return tr("Make it at an unknown price")
    return tr("Make it for about {amount}", amount=money(cost.in_all, cost.currency))

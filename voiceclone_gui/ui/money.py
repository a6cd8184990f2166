"""Amounts of money and what was spent, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from voiceclone_gui.core.spending import Spending, by_currency
from voiceclone_gui.ui.i18n import tr

_SIGNS = {"CNY": "¥", "USD": "US$"}
_CENT = Decimal("0.01")


def money(amount: Decimal, currency: str) -> str:
    """``amount`` to the cent; what is less than a cent to its first digit, so that it never reads as free."""
    smallest = _CENT if amount >= _CENT or not amount else Decimal(1).scaleb(amount.adjusted())
    return f"{_SIGNS.get(currency, currency + ' ')}{amount.quantize(smallest):f}"


def characters(count: int) -> str:
    """So many characters of a text."""
    return tr("1 character") if count == 1 else tr("{count} characters", count=count)


def spending_lines(spending: Iterable[Spending], *, names: Mapping[str, str]) -> list[str]:
    """A sentence for each service and currency; ``names`` are those of the services, by id."""
    lines = []
    for one in spending:
        service = names.get(one.service_id, one.service_id)
        if one.possible:
            lines.append(
                tr(
                    "{service}: about {amount}, up to {most} if everything whose fate is unknown was made.",
                    service=service,
                    amount=money(one.certain, one.currency),
                    most=money(one.at_most, one.currency),
                )
            )
        elif one.certain:
            amount = money(one.certain, one.currency)
            lines.append(tr("{service}: about {amount}.", service=service, amount=amount))
        if one.unpriced:
            lines.append(
                tr(
                    "{service}: voices and previews whose price wasn't known: {count}.",
                    service=service,
                    count=one.unpriced,
                )
            )
    return lines


def spent_in_short(spending: Iterable[Spending]) -> str:
    """What was spent in all, in one sentence; empty where nothing was."""
    amounts = [
        tr(
            "{amount} up to {most}",
            amount=money(one.certain, one.currency),
            most=money(one.at_most, one.currency),
        )
        if one.possible
        else money(one.certain, one.currency)
        for one in by_currency(spending)
    ]
    if not amounts:
        return ""
    return tr("Spent through this program so far, estimated: {amounts}", amounts=" + ".join(amounts))

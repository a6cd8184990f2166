"""What a clone costs, as far as published prices tell: always an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.voice import Voice

_FREE = "practice"
# Whose prices show at the practice service what a real one is like.
_EXAMPLE = "minimax-mainland"


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """The estimated price of a preview. ``amount`` is ``None`` where nobody knows it.

    ``is_free`` is the practice service; the amount then is what a real service would charge. ``activation``
    is the fee when the voice is kept, 0 where it fell before. ``as_of`` is the date of the prices.
    """

    characters: int
    is_free: bool
    amount: Decimal | None = None
    currency: str = ""
    activation: Decimal | None = None
    as_of: date | None = None

    @property
    def in_all(self) -> Decimal | None:
        """Characters and fee together, ``None`` where one of them isn't known."""
        if self.amount is None or self.activation is None:
            return None
        return self.amount + self.activation


def is_free_service(service_id: str) -> bool:
    """Whether nothing is ever billed there: the practice service."""
    return service_id == _FREE


def estimate_preview(
    *, text: str, model_id: str, profile_id: str, catalog: Catalog, prices: Mapping[str, PriceTable]
) -> CostEstimate:
    """What the preview ``text`` costs at a service by ``prices``, the tables in use; no table, no amount.

    The practice service borrows the mainland's prices, to show what a real one is like.
    """
    is_free = is_free_service(profile_id)
    table = prices.get(_EXAMPLE if is_free else profile_id)
    model = catalog.model(model_id)
    if table is None:
        return CostEstimate(characters=len(text), is_free=is_free)
    return CostEstimate(
        characters=table.billed_characters(text),
        is_free=is_free,
        amount=table.preview_cost(text, model) if text and model else None,
        currency=table.currency,
        activation=table.activation,
        as_of=table.as_of,
    )


def estimate_synthesis(
    voice: Voice, *, text: str, model_id: str, catalog: Catalog, prices: Mapping[str, PriceTable]
) -> CostEstimate:
    """What it costs to let ``voice`` speak ``text``: the fee for the voice falls with its first synthesis."""
    estimated = estimate_preview(
        text=text, model_id=model_id, profile_id=voice.profile_id, catalog=catalog, prices=prices
    )
    return estimated if voice.kept_at is None else replace(estimated, activation=Decimal(0))

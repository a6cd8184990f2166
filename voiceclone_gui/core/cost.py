"""What a clone costs, as far as published prices tell: always an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from voiceclone_gui.core.catalog import Catalog, PriceTable

_FREE = "practice"
# Whose prices show at the practice service what a real one is like.
_EXAMPLE = "minimax-mainland"


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """The estimated price of a preview. ``amount`` is ``None`` where nobody knows it.

    ``is_free`` is the practice service; the amount then is what a real service would charge. ``activation``
    is the fee when the voice is kept. ``as_of`` is the date of the prices.
    """

    characters: int
    is_free: bool
    amount: Decimal | None = None
    currency: str = ""
    activation: Decimal | None = None
    as_of: date | None = None


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

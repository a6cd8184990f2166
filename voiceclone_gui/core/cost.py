"""What a clone costs, as far as published prices tell: always an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from voiceclone_gui.core.catalog import Catalog


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """The estimated price of a preview. ``amount`` is ``None`` where nobody knows it.

    ``is_free`` is the practice service; the amount then is what a real service would charge.
    """

    characters: int
    is_free: bool
    amount: Decimal | None = None
    currency: str = ""
    activation: Decimal | None = None
    as_of: date | None = None


def estimate_preview(*, text: str, model_id: str, profile_id: str, catalog: Catalog) -> CostEstimate:
    """What the preview ``text`` costs at a service; no price table means no amount.

    The practice service borrows the mainland's prices, to show what a real one is like.
    """
    is_free = profile_id == "practice"
    table = catalog.prices.get("minimax-mainland" if is_free else profile_id)
    model = catalog.model(model_id)
    if table is None or model is None or not text:
        return CostEstimate(characters=len(text), is_free=is_free)
    return CostEstimate(
        characters=table.billed_characters(text),
        is_free=is_free,
        amount=table.preview_cost(text, model),
        currency=table.currency,
        activation=table.activation,
        as_of=table.as_of,
    )

"""What it costs to let a voice speak: its characters, and the fee where that hasn't fallen yet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.core.test_voice import NOON, voice
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.cost import estimate_synthesis


@pytest.mark.parametrize(
    ("service", "kept", "model", "characters", "amount", "activation", "in_all"),
    [
        ("minimax-global", False, "speech-2.8-hd", 10, "0.001", "1.50", "1.501"),
        ("minimax-global", True, "speech-2.8-hd", 10, "0.001", "0", "0.001"),
        ("minimax-global", False, "speech-9-new", 10, None, "1.50", None),
        ("minimax-global", True, "speech-9-new", 10, None, "0", None),
        ("hingnet", False, "speech-2.8-hd", 10, None, None, None),
        ("hingnet", True, "speech-2.8-hd", 10, None, "0", None),
    ],
)
def test_the_fee_falls_once(
    service: str,
    kept: bool,
    model: str,
    characters: int,
    amount: str | None,
    activation: str | None,
    in_all: str | None,
) -> None:
    catalog = load_catalog()
    speaker = voice(profile_id=service, kept_at=NOON if kept else None)
    cost = estimate_synthesis(speaker, text="x" * 10, model_id=model, catalog=catalog, prices=catalog.prices)
    found = (cost.characters, cost.amount, cost.activation, cost.in_all)
    assert found == (characters, *(None if n is None else Decimal(n) for n in (amount, activation, in_all)))
    assert not cost.is_free


def test_the_practice_service_is_free_and_shows_what_a_real_one_charges() -> None:
    catalog = load_catalog()
    cost = estimate_synthesis(
        voice(), text="你好", model_id="speech-2.8-hd", catalog=catalog, prices=catalog.prices
    )
    assert cost.is_free
    assert (cost.characters, cost.currency, cost.activation) == (4, "CNY", Decimal("9.9"))

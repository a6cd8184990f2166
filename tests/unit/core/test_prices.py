"""Prices as they are typed, which of them are in use, and what a preview costs by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceclone_gui.core.catalog import PriceTable, load_catalog
from voiceclone_gui.core.cost import estimate_preview
from voiceclone_gui.core.errors import InputRefused
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.prices import (
    check_prices,
    price_entry,
    price_table,
    prices_in_use,
    with_prices,
    without_prices,
)
from voiceclone_gui.core.settings import PriceEntry, ServiceEntry, Settings

CATALOG = load_catalog()
ENTRY = PriceEntry(
    service_id="gateway",
    currency="EUR",
    hd_per_10k="3,5",
    turbo_per_10k="2",
    activation="0",
    wide_characters=2,
    as_of="2026-11-20",
)
PRICES = st.decimals(min_value=0, max_value=Decimal("999999.999999"), places=6)


@given(price=PRICES, separator=st.sampled_from(",."), spaces=st.sampled_from(["", " ", "\t"]))
def test_a_price_means_the_same_with_comma_and_point(price: Decimal, separator: str, spaces: str) -> None:
    typed = spaces + f"{price:f}".replace(".", separator) + spaces
    assert price_table(replace(ENTRY, hd_per_10k=typed)).preview_per_10k["hd"] == price


@given(
    hd=PRICES,
    turbo=PRICES,
    activation=PRICES,
    currency=st.from_regex("[A-Z]{3}", fullmatch=True),
    wide=st.integers(1, 9),
    as_of=st.dates(),
)
def test_a_table_that_is_kept_comes_back_the_same(
    hd: Decimal, turbo: Decimal, activation: Decimal, currency: str, wide: int, as_of: date
) -> None:
    table = PriceTable(
        currency=currency,
        preview_per_10k={"hd": hd, "turbo": turbo},
        activation=activation,
        wide_characters=wide,
        as_of=as_of,
    )
    assert price_table(price_entry(table, service_id="x")) == table


@pytest.mark.parametrize(("typed", "price"), [("1", "1"), ("1.", "1"), (",5", "0.5"), ("007,10", "7.1")])
def test_short_forms_are_understood(typed: str, price: str) -> None:
    assert price_table(replace(ENTRY, activation=typed)).activation == Decimal(price)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (Field.PRICE_HD, "", "price-missing"),
        (Field.PRICE_TURBO, "  ", "price-missing"),
        *(
            (Field.PRICE_ACTIVATION, typed, "price-malformed")
            for typed in (
                "-1",
                "1e3",
                "NaN",
                "Infinity",
                "1,000.50",
                "1 000",
                "$1",
                "３",
                ".",
                "1000000",
                "1_0",
            )
        ),
        (Field.PRICE_CURRENCY, "", "price-currency"),
        (Field.PRICE_CURRENCY, "US$", "price-currency"),
        (Field.PRICE_CURRENCY, "ÄÖÜ", "price-currency"),
        (Field.PRICE_WIDE, 0, "price-wide"),
        (Field.PRICE_WIDE, 10, "price-wide"),
        *(
            (Field.PRICE_DATE, typed, "price-date")
            for typed in ("", "20261101", "2026-W45-1", "2026-02-30", "1.11.2026", "2026-11-01T10:00")
        ),
    ],
)
def test_what_can_not_be_read_is_refused_by_name(field: Field, typed: object, code: str) -> None:
    entry = replace(ENTRY, **{field.value: typed})
    assert [(problem.field, problem.code) for problem in check_prices(entry)] == [(field, code)]
    with pytest.raises(InputRefused):
        price_table(entry)
    with pytest.raises(InputRefused):
        with_prices(Settings(), entry)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_finite_price_or_refused(typed: str) -> None:
    entry = replace(ENTRY, hd_per_10k=typed)
    if not check_prices(entry):
        assert Decimal(0) <= price_table(entry).preview_per_10k["hd"] < 1_000_000


def test_what_the_user_typed_wins_and_is_taken_back() -> None:
    own = with_prices(Settings(), replace(ENTRY, service_id="minimax-global"))
    assert own.prices[0].hd_per_10k == "3.5"
    assert prices_in_use(catalog=CATALOG, settings=own)["minimax-global"].currency == "EUR"
    twice = with_prices(own, replace(ENTRY, service_id="minimax-global", currency="jpy"))
    assert [entry.currency for entry in twice.prices] == ["JPY"]
    assert without_prices(twice, "minimax-global") == Settings()
    assert prices_in_use(catalog=CATALOG, settings=Settings()) == CATALOG.prices


def test_hingnet_and_own_gateways_have_no_price_until_one_is_typed() -> None:
    assert not {"hingnet", "gateway", "practice"} & set(prices_in_use(catalog=CATALOG, settings=Settings()))
    assert "gateway" in prices_in_use(catalog=CATALOG, settings=with_prices(Settings(), ENTRY))


def test_an_entry_that_somebody_spoilt_by_hand_counts_as_none() -> None:
    spoilt = Settings(prices=(replace(ENTRY, service_id="minimax-global", hd_per_10k="a lot"),))
    assert prices_in_use(catalog=CATALOG, settings=spoilt) == CATALOG.prices


def test_a_service_that_the_user_added_has_the_prices_of_its_profile() -> None:
    service = ServiceEntry(service_id="mine", profile_id="minimax-mainland", name="Mine")
    found = prices_in_use(catalog=CATALOG, settings=Settings(services=(service,)))
    assert found["mine"] == CATALOG.prices["minimax-mainland"]


@given(latin=st.integers(0, 400), chinese=st.integers(0, 400), price=PRICES, wide=st.integers(1, 9))
def test_an_estimate_is_exact(latin: int, chinese: int, price: Decimal, wide: int) -> None:
    typed = replace(ENTRY, turbo_per_10k=f"{price:f}", wide_characters=wide)
    cost = estimate_preview(
        text="x" * latin + "字" * chinese,
        model_id="speech-2.8-turbo",
        profile_id="gateway",
        catalog=CATALOG,
        prices={"gateway": price_table(typed)},
    )
    billed = latin + chinese * wide
    assert cost.characters == billed
    if latin + chinese:
        assert cost.amount is not None
        assert cost.amount * 10_000 == price * billed
    else:
        assert cost.amount is None


@pytest.mark.parametrize(
    ("service", "model", "text", "expected"),
    [
        ("minimax-global", "speech-2.8-hd", "你好", (2, False, Decimal("0.0002"), "USD")),
        ("minimax-mainland", "speech-2.8-hd", "你好", (4, False, Decimal("0.0014"), "CNY")),
        ("practice", "speech-2.8-hd", "你好", (4, True, Decimal("0.0014"), "CNY")),
        ("hingnet", "speech-2.8-hd", "你好", (2, False, None, "")),
        ("minimax-global", "speech-9-new", "hello", (5, False, None, "USD")),
        ("minimax-global", "speech-2.8-hd", "", (0, False, None, "USD")),
    ],
)
def test_estimates(service: str, model: str, text: str, expected: tuple[object, ...]) -> None:
    cost = estimate_preview(
        text=text, model_id=model, profile_id=service, catalog=CATALOG, prices=CATALOG.prices
    )
    assert (cost.characters, cost.is_free, cost.amount, cost.currency) == expected

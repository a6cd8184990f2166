"""Which prices are in use: those that the user typed, else those that the catalog publishes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.errors import InputRefused
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.settings import PriceEntry, Settings

WIDE_MAX = 9
# Up to a million, to the millionth: no price is outside of it, and no sum of them is ever rounded.
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{0,6})?|[.,][0-9]{1,6}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBERS = (Field.PRICE_HD, Field.PRICE_TURBO, Field.PRICE_ACTIVATION)


def prices_in_use(*, catalog: Catalog, settings: Settings) -> Mapping[str, PriceTable]:
    """The price table of each service that has one, by its id.

    An entry of the settings that can't be read, because somebody wrote it there by hand, counts as none.
    """
    tables = dict(catalog.prices)
    for service in settings.services:
        published = published_prices(service.service_id, catalog=catalog, settings=settings)
        if published is not None:
            tables[service.service_id] = published
    for entry in settings.prices:
        if not check_prices(entry):
            tables[entry.service_id] = price_table(entry)
    return tables


def published_prices(service_id: str, *, catalog: Catalog, settings: Settings) -> PriceTable | None:
    """The catalog's prices for a service; one that the user added has those of its profile."""
    profiles = {service.service_id: service.profile_id for service in settings.services}
    return catalog.prices.get(service_id) or catalog.prices.get(profiles.get(service_id, service_id))


def check_prices(entry: PriceEntry) -> tuple[Problem, ...]:
    """Everything that keeps an entry from being used, each tied to its field."""
    problems = []
    if _CURRENCY.fullmatch(entry.currency.strip()) is None:
        problems.append(Problem(field=Field.PRICE_CURRENCY, code="price-currency"))
    for field in _NUMBERS:
        typed: str = getattr(entry, field.value).strip()
        if not typed:
            problems.append(Problem(field=field, code="price-missing"))
        elif _NUMBER.fullmatch(typed) is None:
            problems.append(Problem(field=field, code="price-malformed", values={"price": typed[:40]}))
    if not 1 <= entry.wide_characters <= WIDE_MAX:
        values = {"count": entry.wide_characters, "maximum": WIDE_MAX}
        problems.append(Problem(field=Field.PRICE_WIDE, code="price-wide", values=values))
    if _day(entry.as_of) is None:
        problems.append(Problem(field=Field.PRICE_DATE, code="price-date"))
    return tuple(problems)


def price_table(entry: PriceEntry) -> PriceTable:
    """The table that an entry means. Raises ``InputRefused`` with everything that is wrong with it."""
    problems = check_prices(entry)
    as_of = _day(entry.as_of)
    if problems or as_of is None:
        raise InputRefused(problems)
    return PriceTable(
        currency=entry.currency.strip().upper(),
        preview_per_10k={"hd": _number(entry.hd_per_10k), "turbo": _number(entry.turbo_per_10k)},
        activation=_number(entry.activation),
        wide_characters=entry.wide_characters,
        as_of=as_of,
    )


def price_entry(table: PriceTable, *, service_id: str) -> PriceEntry:
    """A table as it is typed and kept: :func:`price_table` gives it back the same."""
    return PriceEntry(
        service_id=service_id,
        currency=table.currency,
        hd_per_10k=f"{table.preview_per_10k['hd']:f}",
        turbo_per_10k=f"{table.preview_per_10k['turbo']:f}",
        activation=f"{table.activation:f}",
        wide_characters=table.wide_characters,
        as_of=table.as_of.isoformat(),
    )


def with_prices(settings: Settings, entry: PriceEntry) -> Settings:
    """``settings`` with ``entry`` in the place of the service's older one. Raises ``InputRefused``."""
    kept = price_entry(price_table(entry), service_id=entry.service_id)
    others = without_prices(settings, entry.service_id).prices
    return replace(settings, prices=(*others, kept))


def without_prices(settings: Settings, service_id: str) -> Settings:
    """``settings`` without what the user typed for that service."""
    return replace(settings, prices=tuple(p for p in settings.prices if p.service_id != service_id))


def _number(typed: str) -> Decimal:
    return Decimal(typed.strip().replace(",", "."))


def _day(typed: str) -> date | None:
    # fromisoformat alone also takes forms that nobody would recognize as a date.
    if _DATE.fullmatch(typed.strip()) is None:
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None

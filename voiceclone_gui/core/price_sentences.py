"""Sentences about prices that are typed: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

PRICES: Mapping[str, tuple[str, str]] = {
    "price-missing": ("This price is missing.", "Type a number, 0 where nothing is charged."),
    "price-malformed": (
        "{price} is not a price.",
        "Type a number below a million like 3.5 or 3,5, without a currency or spaces.",
    ),
    "price-currency": ("That is not the name of a currency.", "Type its three letters, like USD or CNY."),
    "price-wide": (
        "A Chinese character can't count as {count}.",
        "Choose a number from 1 to {maximum}.",
    ),
    "price-date": ("That is not a date.", "Type year, month and day, like 2026-11-01."),
}

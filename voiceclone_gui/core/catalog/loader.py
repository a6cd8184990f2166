"""Reads the catalog's data files, which lie beside this module."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib import resources
from typing import Any

from voiceclone_gui.core.catalog.types import Catalog, Language, Model, PriceTable, ServiceProfile


def load_catalog() -> Catalog:
    """Read models, languages, sound tags, profiles and prices from the TOML files."""
    prices = _read("prices")
    as_of = prices.pop("as_of")
    return Catalog(
        models=tuple(Model(**entry) for entry in _read("models")["model"]),
        languages=tuple(
            Language(value=entry["value"], tag=entry["tag"], not_with=frozenset(entry.get("not_with", ())))
            for entry in _read("languages")["language"]
        ),
        sound_tags=tuple(_read("sound_tags")["tags"]),
        profiles=tuple(ServiceProfile(**entry) for entry in _read("profiles")["profile"]),
        prices={
            profile: PriceTable(
                currency=table["currency"],
                preview_per_10k={tier: Decimal(price) for tier, price in table["preview_per_10k"].items()},
                activation=Decimal(table["activation"]),
                wide_characters=table["wide_characters"],
                as_of=as_of,
            )
            for profile, table in prices.items()
        },
        sample_sentences={
            entry["language"]: entry["text"] for entry in _read("sample_sentences")["sentence"]
        },
    )


def _read(name: str) -> dict[str, Any]:
    file = resources.files(__package__) / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))

"""What the catalog holds, as frozen values."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Model:
    """A speech model that can speak the preview."""

    id: str
    generation: str
    tier: str
    sound_tags: bool


@dataclass(frozen=True, kw_only=True)
class Language:
    """A value of ``language_boost``; ``tag`` is its BCP 47 tag, empty for ``auto``."""

    value: str
    tag: str
    not_with: frozenset[str] = frozenset()

    def works_with(self, model: Model | None) -> bool:
        """Whether ``model`` speaks this language; a model that we don't know is trusted to."""
        return model is None or model.generation not in self.not_with


@dataclass(frozen=True, kw_only=True)
class ServiceProfile:
    """A service as it is offered: its address, and whether it wants a token."""

    id: str
    name: str
    base_url: str
    prefix: str
    needs_token: bool
    other_region: str | None = None


@dataclass(frozen=True, kw_only=True)
class PriceTable:
    """What a service charges, as published on ``as_of``; always an estimate."""

    currency: str
    preview_per_10k: Mapping[str, Decimal]
    activation: Decimal
    wide_characters: int
    as_of: date

    def billed_characters(self, text: str) -> int:
        """Characters that are billed for ``text``: a Chinese one may count more than once."""
        wide = sum(1 for c in text if unicodedata.name(c, "").startswith("CJK UNIFIED IDEOGRAPH"))
        return len(text) + wide * (self.wide_characters - 1)

    def preview_cost(self, text: str, model: Model) -> Decimal:
        """Estimated price of a preview of ``text`` spoken by ``model``, in ``currency``."""
        return self.preview_per_10k[model.tier] * self.billed_characters(text) / 10_000


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Everything that is data and not code. Lookups by id return ``None`` for what isn't listed.

    ``sample_sentences`` are preview texts to start from, by ``language_boost`` value.
    """

    models: tuple[Model, ...]
    languages: tuple[Language, ...]
    sound_tags: tuple[str, ...]
    profiles: tuple[ServiceProfile, ...]
    prices: Mapping[str, PriceTable]
    sample_sentences: Mapping[str, str]

    def model(self, model_id: str | None) -> Model | None:
        """The listed model of that id."""
        return next((m for m in self.models if m.id == model_id), None)

    def language(self, value: str | None) -> Language | None:
        """The listed language of that ``language_boost`` value."""
        return next((x for x in self.languages if x.value == value), None)

    def profile(self, profile_id: str | None) -> ServiceProfile | None:
        """The listed service profile of that id."""
        return next((p for p in self.profiles if p.id == profile_id), None)

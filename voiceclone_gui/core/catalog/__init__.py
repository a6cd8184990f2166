"""The catalog: models, languages, sound tags, service profiles and prices, from the files beside it."""

from voiceclone_gui.core.catalog.loader import load_catalog
from voiceclone_gui.core.catalog.types import Catalog, Language, Model, PriceTable, ServiceProfile

__all__ = ["Catalog", "Language", "Model", "PriceTable", "ServiceProfile", "load_catalog"]

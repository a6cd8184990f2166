"""The service's languages in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.ui.i18n import tr


def language_name(value: str, catalog: Catalog) -> str:
    """The name of a ``language_boost`` value as people read it, with the service's own word behind it.

    Qt names a language in itself; that helps who looks for his own, so both names are shown.
    """
    if value == "auto":
        return tr("Automatic (auto)")
    language = catalog.language(value)
    native = QLocale(language.tag).nativeLanguageName() if language is not None else ""
    if value == "Chinese,Yue":
        native = "粵語"
    if not native or value in native:
        return value
    return f"{value} · {native}"

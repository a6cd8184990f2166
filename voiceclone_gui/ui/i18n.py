"""Every visible string goes through here, as a whole sentence with named places."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from voiceclone_gui.core.sentences import Sayable, Sentence, template

CONTEXT = "VoiceClone"


def tr(text: str, **values: object) -> str:
    """``text`` in the user's language, its named places filled."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def say(subject: Sayable) -> Sentence:
    """What is wrong and what to do about it, in the user's language."""
    raw = template(subject.code)
    title = QCoreApplication.translate(CONTEXT, raw.title).format_map(subject.values)
    cure = QCoreApplication.translate(CONTEXT, raw.cure).format_map(subject.values)
    return Sentence(title=title, cure=cure)

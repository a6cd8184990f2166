"""The preview text with its counter, and menus for sound tags, pauses and sample sentences."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.core.request import TEXT_MAX
from voiceclone_gui.core.speech_text import pause_mark, without_invisible
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.languages import language_name
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import button, label, row, set_role

_PAUSES_S = (0.3, 0.5, 1.0, 2.0, 5.0)
_HEIGHT_PX = 74


class PreviewTextField(QWidget):
    """Signals: ``changed(str)``, ``sentence_chosen(str, str)``: text and language."""

    changed = Signal(str)
    sentence_chosen = Signal(str, str)

    def __init__(self, *, catalog: Catalog, theme: Theme) -> None:
        super().__init__()
        self._catalog = catalog
        self._edit = QPlainTextEdit()
        self._edit.setObjectName("preview-text")
        self._edit.setToolTip(tr("What the new voice says in the preview; billed per character"))
        self._edit.setTabChangesFocus(True)
        self._edit.setFixedHeight(round(_HEIGHT_PX * theme.text_scale))
        theme.changed.connect(lambda: self._edit.setFixedHeight(round(_HEIGHT_PX * theme.text_scale)))
        self._edit.textChanged.connect(self._tell)
        self._counter = label(role="hint")
        self._counter.setObjectName("preview-counter")
        self._hint = label(role="hint", wraps=True)
        self._hint.setObjectName("preview-text-hint")
        self._clean = button(
            tr("Clean the text"), name="clean-text", tip=tr("Take the invisible characters out of the text")
        )
        self._clean.clicked.connect(lambda: self.changed.emit(without_invisible(self._edit.toPlainText())))
        self._tags = self._menu_button(tr("Tags"), "tags", tr("Insert a sound such as laughter or a breath"))
        for tag in catalog.sound_tags:
            self._add(self._tags.menu(), f"({tag})", f"({tag})")
        self._pauses = self._menu_button(tr("Pause"), "pauses", tr("Insert a pause of a given length"))
        for seconds in _PAUSES_S:
            words = tr("{seconds} s", seconds=f"{seconds:g}")
            self._add(self._pauses.menu(), words, pause_mark(seconds))
        self._samples = self._menu_button(tr("Samples"), "samples", tr("Start from a sentence in a language"))
        for language, text in catalog.sample_sentences.items():
            action = self._samples.menu().addAction(language_name(language, catalog))
            action.triggered.connect(lambda _=False, t=text, v=language: self.sentence_chosen.emit(t, v))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row(label(tr("Preview text"), role="label", buddy=self._edit), None, self._counter))
        layout.addWidget(self._edit)
        hint = row(self._hint, self._clean)
        hint.setStretch(0, 1)
        layout.addLayout(hint)
        layout.addLayout(row(self._tags, self._pauses, self._samples, None))

    def show_state(self, state: CloneState) -> None:
        """Show the text, its length, and the menus that its model knows."""
        text = state.fields.text
        if self._edit.toPlainText() != text:
            self._replace(text)
        self._edit.setReadOnly(state.is_running)
        for menu in (self._tags, self._pauses, self._samples):
            menu.setEnabled(not state.is_running)
        model = self._catalog.model(state.fields.model)
        self._tags.setVisible(model is None or model.sound_tags)
        self._counter.setText(f"{len(text)} / {TEXT_MAX}")
        set_role(self._counter, "hint", tone="refusal" if len(text) > TEXT_MAX else "")
        self._show_problems(state.problems_of(Field.TEXT))

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        ordered = sorted(problems, key=lambda p: p.severity is Severity.WARNING)
        self._hint.setVisible(bool(ordered))
        self._clean.setVisible(any(p.code == "text-invisible" for p in ordered))
        refused = bool(ordered) and ordered[0].severity is Severity.REFUSAL
        if ordered:
            sentence = say(ordered[0])
            self._hint.setText(f"{sentence.title} {sentence.cure}")
            set_role(self._hint, "hint", tone="refusal" if refused else "warning")
        set_role(self._edit, "field", tone="refusal" if refused else "")

    def _menu_button(self, text: str, name: str, tip: str) -> QPushButton:
        made = button(f"{text} ▾", name=name, tip=tip)
        made.setAccessibleName(text)
        made.setMenu(QMenu(made))
        return made

    def _add(self, menu: QMenu, words: str, mark: str) -> None:
        menu.addAction(words).triggered.connect(lambda _=False: self._insert(mark))

    def _insert(self, mark: str) -> None:
        self._edit.insertPlainText(mark)
        self._edit.setFocus()

    def _replace(self, text: str) -> None:
        """Another text, in a way that Ctrl+Z brings back what was typed."""
        if not self._edit.toPlainText():
            self._edit.setPlainText(text)
            return
        cursor = QTextCursor(self._edit.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    def _tell(self) -> None:
        self.changed.emit(self._edit.toPlainText())

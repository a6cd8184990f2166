"""Card 3: everything about the new voice that the request can say."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.languages import language_name
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.theme import Theme
from voiceclone_gui.ui.widgets.parts import Card, button, label, row, set_role
from voiceclone_gui.ui.widgets.preview_text_field import PreviewTextField
from voiceclone_gui.ui.widgets.voice_id_field import VoiceIdField

DEFAULT_ACCURACY = 0.7
_LANGUAGE_CHARACTERS = 12


class VoiceCard(Card):
    """The fields of the request. Signals: ``fields_changed(dict)`` by the contract's names,
    ``fresh_id_wanted()``.
    """

    fields_changed = Signal(dict)
    fresh_id_wanted = Signal()

    def __init__(self, *, catalog: Catalog, theme: Theme) -> None:
        super().__init__(number=3, title=tr("The new voice"))
        self.setObjectName("voice-card")
        self._catalog = catalog
        self._voice_id = VoiceIdField(theme=theme)
        self._voice_id.changed.connect(lambda text: self._change(voice_id=text))
        self._voice_id.fresh_wanted.connect(self.fresh_id_wanted)
        self._text = PreviewTextField(catalog=catalog, theme=theme)
        self._text.changed.connect(lambda text: self._change(text=text))
        self._text.sentence_chosen.connect(self._take_sentence)
        self._model = self._make_model()
        self._language = self._make_language()
        self._choice_hint = label(role="hint", wraps=True)
        self._choice_hint.setObjectName("model-hint")
        self._switches = {
            "need_noise_reduction": self._switch(
                tr("Reduce noise"),
                "need-noise-reduction",
                tr("The service takes noise out; it can worsen a clean recording"),
            ),
            "need_volume_normalization": self._switch(
                tr("Even out volume"),
                "need-volume-normalization",
                tr("The service makes loud and quiet parts alike"),
            ),
            "aigc_watermark": self._switch(
                tr("Watermark"),
                "aigc-watermark",
                tr("The preview ends in a rhythm that marks it as made by a machine"),
            ),
        }
        self.body.addWidget(self._voice_id)
        self.body.addWidget(self._text)
        self.body.addLayout(self._make_choices())
        self.body.addWidget(self._choice_hint)
        self.body.addLayout(row(*self._switches.values(), None, gap=16))
        self._fold = button(
            tr("▸ Advanced"), name="advanced", tip=tr("Show the fields that few people need"), role="fold"
        )
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._show_advanced)
        self.body.addWidget(self._fold)
        self._advanced = self._make_advanced()
        self._advanced.setVisible(False)
        self.body.addWidget(self._advanced)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_languages()

    def show_state(self, state: CloneState) -> None:
        """Show the fields of ``state`` and what is wrong with them."""
        self._voice_id.show_state(state)
        self._text.show_state(state)
        fields = state.fields
        if self._model.currentText() != fields.model:
            self._model.setCurrentText(fields.model)
        if fields.language_boost:
            self._fill_languages()
        position = max(0, self._language.findData(fields.language_boost))
        if self._language.currentIndex() != position:
            self._language.setCurrentIndex(position)
        for name, switch in self._switches.items():
            switch.setChecked(bool(getattr(fields, name)))
        if self._validation.text() != fields.text_validation:
            self._validation.setText(fields.text_validation)
        if fields.accuracy is not None and self._accuracy.value() != fields.accuracy:
            self._accuracy.setValue(fields.accuracy)
        controls = (self._model, self._language, *self._switches.values(), self._accuracy)
        for control in controls:
            control.setEnabled(not state.is_running)
        self._accuracy.setEnabled(bool(fields.text_validation) and not state.is_running)
        self._validation.setReadOnly(state.is_running)
        self._mark_languages(fields.model)
        self._show_hint(self._choice_hint, state.problems_of(Field.MODEL, Field.LANGUAGE_BOOST))
        self._show_hint(self._validation_hint, state.problems_of(Field.TEXT_VALIDATION, Field.ACCURACY))

    def _make_model(self) -> QComboBox:
        model = QComboBox()
        model.setObjectName("model")
        model.setEditable(True)
        model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        model.addItems([m.id for m in self._catalog.models])
        model.setToolTip(
            tr("The model that speaks the preview; hd sounds better, turbo is cheaper; type a newer one")
        )
        model.currentTextChanged.connect(lambda text: self._change(model=text.strip()))
        return model

    def _make_language(self) -> QComboBox:
        language = QComboBox()
        language.setObjectName("language")
        language.setEditable(True)
        language.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # Else every name is measured, and for scripts that are rarely seen Qt looks through all fonts.
        language.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        language.setMinimumContentsLength(_LANGUAGE_CHARACTERS)
        language.addItem(tr("Not set"), "")
        completer = QCompleter(language.model(), language)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        language.setCompleter(completer)
        language.setToolTip(tr("Helps with a language or dialect; type to search"))
        language.currentIndexChanged.connect(
            lambda position: self._change(language_boost=language.itemData(position) or "")
        )
        edit = language.lineEdit()
        if edit is not None:
            edit.editingFinished.connect(
                lambda: language.setEditText(language.itemText(language.currentIndex()))
            )
        return language

    def _fill_languages(self) -> None:
        """Once the card is shown: the style sheet measures the names that are there before it."""
        if self._language.count() == 1:
            for entry in self._catalog.languages:
                self._language.addItem(language_name(entry.value, self._catalog), entry.value)

    def _make_choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(label(tr("Model"), role="label", buddy=self._model), 0, 0)
        grid.addWidget(label(tr("Language"), role="label", buddy=self._language), 0, 1)
        grid.addWidget(self._model, 1, 0)
        grid.addWidget(self._language, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _make_advanced(self) -> QWidget:
        page = QWidget()
        self._validation = QLineEdit()
        self._validation.setObjectName("text-validation")
        self._validation.setToolTip(
            tr("The service writes down what it hears in the recording and refuses it where it differs")
        )
        self._validation.textEdited.connect(self._change_validation)
        self._accuracy = QDoubleSpinBox()
        self._accuracy.setObjectName("accuracy")
        self._accuracy.setRange(0.0, 1.0)
        self._accuracy.setMinimumWidth(96)
        self._accuracy.setSingleStep(0.05)
        self._accuracy.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self._accuracy.setValue(DEFAULT_ACCURACY)
        self._accuracy.setToolTip(
            tr("How well the words must match, from 0 to 1; the service takes 0.7 by itself")
        )
        self._accuracy.valueChanged.connect(self._change_accuracy)
        self._validation_hint = label(role="hint", wraps=True)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label(tr("Expected words of the recording"), role="label", buddy=self._validation))
        layout.addWidget(self._validation)
        layout.addLayout(row(label(tr("Accuracy"), role="label", buddy=self._accuracy), self._accuracy, None))
        layout.addWidget(self._validation_hint)
        return page

    def _switch(self, text: str, name: str, tip: str) -> QCheckBox:
        switch = QCheckBox(text)
        switch.setObjectName(name)
        switch.setToolTip(tip)
        switch.clicked.connect(lambda checked: self._change(**{name.replace("-", "_"): checked}))
        return switch

    def _mark_languages(self, model_id: str) -> None:
        model = self._catalog.model(model_id)
        for position in range(1, self._language.count()):
            language = self._catalog.language(self._language.itemData(position))
            fits = language is None or language.works_with(model)
            note = "" if fits else tr("Doesn't work with {model}", model=model_id)
            self._language.setItemData(position, note, Qt.ItemDataRole.ToolTipRole)
            words = language_name(self._language.itemData(position), self._catalog)
            shown = words if fits else f"⚠ {words}"
            if self._language.itemText(position) != shown:
                self._language.setItemText(position, shown)

    def _show_hint(self, hint: QLabel, problems: tuple[Problem, ...]) -> None:
        hint.setVisible(bool(problems))
        if problems:
            sentence = say(problems[0])
            hint.setText(f"{sentence.title} {sentence.cure}")
            refused = problems[0].severity is Severity.REFUSAL
            set_role(hint, "hint", tone="refusal" if refused else "warning")

    def _show_advanced(self, shown: bool) -> None:
        self._advanced.setVisible(shown)
        self._fold.setText(tr("▾ Advanced") if shown else tr("▸ Advanced"))

    def _change(self, **changes: object) -> None:
        self.fields_changed.emit(changes)

    def _change_validation(self, text: str) -> None:
        accuracy = self._accuracy.value() if text and self._accuracy.value() != DEFAULT_ACCURACY else None
        self._change(text_validation=text, accuracy=accuracy)

    def _change_accuracy(self, accuracy: float) -> None:
        if self._validation.text():
            self._change(accuracy=round(accuracy, 2))

    def _take_sentence(self, text: str, language: str) -> None:
        self._change(text=text, language_boost=language)

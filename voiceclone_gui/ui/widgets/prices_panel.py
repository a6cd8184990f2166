"""Settings › Prices: what each service charges, and what was spent through this program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.prices import WIDE_MAX
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.money import money, spending_lines
from voiceclone_gui.ui.presenters.prices_presenter import PricesPresenter, PricesState
from voiceclone_gui.ui.widgets.parts import Card, button, label, row, set_role


class PricesPanel(QWidget):
    """Bound to the prices; what is typed is in use as soon as all of it can be read."""

    def __init__(self, *, presenter: PricesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._lines: dict[Field, QLineEdit] = {}
        self._hints: dict[Field, QLabel] = {}
        self._service = self._choice("price-service", tr("The service whose prices are shown"))
        self._service.activated.connect(lambda _: presenter.choose(self._service.currentData()))
        self._wide = self._choice("price-wide", tr("Some services bill a Chinese character as two"))
        for count in range(1, WIDE_MAX + 1):
            self._wide.addItem(str(count), count)
        self._wide.activated.connect(lambda _: presenter.edit(wide_characters=self._wide.currentData()))
        self._back = button("", name="price-back", tip="", on_click=presenter.take_back)
        self._in_use = label(role="hint", wraps=True)
        self._in_use.setObjectName("price-in-use")
        self._spent = label(wraps=True)
        self._spent.setObjectName("spent")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._prices_card())
        layout.addWidget(self._spent_card())
        layout.addStretch(1)
        presenter.state_changed.connect(self._show)
        self._show(presenter.state)

    def _prices_card(self) -> Card:
        card = Card(title=tr("Prices"))
        hint = tr("Services publish their prices; what a preview costs is estimated from these.")
        card.body.addWidget(label(hint, role="hint", wraps=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 2)
        self._add(grid, tr("Service"), self._service)
        for field, name, words, tip in (
            (Field.PRICE_CURRENCY, "price-currency", tr("Currency"), tr("Three letters, like USD or CNY")),
            (
                Field.PRICE_HD,
                "price-hd",
                tr("10,000 characters, HD"),
                tr("Price of 10,000 characters of preview text with an HD model"),
            ),
            (
                Field.PRICE_TURBO,
                "price-turbo",
                tr("10,000 characters, turbo"),
                tr("Price of 10,000 characters of preview text with a turbo model"),
            ),
            (
                Field.PRICE_ACTIVATION,
                "price-activation",
                tr("Keeping a voice"),
                tr("The fee that falls once, when the voice is first really used"),
            ),
        ):
            self._add(grid, words, self._line(field, name, tip), field)
        self._add(grid, tr("A Chinese character counts as"), self._wide, Field.PRICE_WIDE)
        as_of = self._line(Field.PRICE_DATE, "price-date", tr("Year, month and day, like 2026-11-01"))
        self._add(grid, tr("Date of these prices"), as_of, Field.PRICE_DATE)
        card.body.addLayout(grid)
        card.body.addWidget(self._in_use)
        card.body.addLayout(row(self._back, None))
        return card

    def _spent_card(self) -> Card:
        card = Card(title=tr("Spent through this program"))
        card.body.addWidget(self._spent)
        hint = tr(
            "An estimate, added up from the record of your voices with the prices that held at the time. "
            "The service's own bill is what counts."
        )
        card.body.addWidget(label(hint, role="hint", wraps=True))
        return card

    def _add(self, grid: QGridLayout, words: str, control: QWidget, field: Field | None = None) -> None:
        position = grid.rowCount()
        grid.addWidget(label(words, role="label", wraps=True, buddy=control), position, 0)
        grid.addWidget(control, position, 1)
        if field is not None:
            hint = self._hints[field] = label(role="hint", wraps=True)
            hint.setObjectName(f"{control.objectName()}-hint")
            grid.addWidget(hint, position + 1, 1)

    def _choice(self, name: str, tip: str) -> QComboBox:
        made = QComboBox()
        made.setObjectName(name)
        made.setToolTip(tip)
        return made

    def _line(self, field: Field, name: str, tip: str) -> QLineEdit:
        made = self._lines[field] = QLineEdit()
        made.setObjectName(name)
        made.setToolTip(tip)
        made.setMaxLength(60)
        made.textEdited.connect(self._editor(field))
        return made

    def _editor(self, field: Field) -> Callable[[str], None]:
        return lambda text: self._presenter.edit(**{field.value: text})

    def _show(self, state: PricesState) -> None:
        offered = {
            self._service.itemData(place): self._service.itemText(place) for place in _places(self._service)
        }
        if offered != state.names:
            self._service.clear()
            for service_id, name in state.names.items():
                self._service.addItem(name, service_id)
        self._service.setCurrentIndex(self._service.findData(state.entry.service_id))
        for field, line in self._lines.items():
            typed = getattr(state.entry, field.value)
            if line.text() != typed:
                line.setText(typed)
        self._wide.setCurrentIndex(self._wide.findData(state.entry.wide_characters))
        self._show_problems(state)
        self._in_use.setText(in_use_words(state))
        published = state.is_published
        self._back.setText(tr("Back to the published prices") if published else tr("Forget these prices"))
        tip = (
            tr("Forget what you typed for this service")
            if published
            else tr("Forget what you typed; the prices of this service then aren't known")
        )
        self._back.setToolTip(tip)
        self._back.setAccessibleDescription(tip)
        self._back.setEnabled(state.has_own)
        lines = spending_lines(state.spending, names=state.names)
        self._spent.setText("\n".join(lines) or tr("Nothing so far."))

    def _show_problems(self, state: PricesState) -> None:
        sentences = {problem.field: say(problem) for problem in state.problems}
        for field, hint in self._hints.items():
            sentence = sentences.get(field)
            hint.setText(f"{sentence.title} {sentence.cure}" if sentence else "")
            hint.setVisible(sentence is not None)
            set_role(hint, "hint", tone="refusal" if sentence else "")
            control = self._lines.get(field, self._wide)
            control.setAccessibleDescription(hint.text() or control.toolTip())
            if field in self._lines:
                set_role(control, "field", tone="refusal" if sentence else "")


def in_use_words(state: PricesState) -> str:
    """Which prices are in use for the service, and what they come to."""
    table = state.table
    if table is None:
        return tr("This service's prices aren't known: nothing is estimated until all of them are typed.")
    amounts = {
        "hd": money(table.preview_per_10k["hd"] / 10, table.currency),
        "turbo": money(table.preview_per_10k["turbo"] / 10, table.currency),
        "fee": money(table.activation, table.currency),
        "date": table.as_of.isoformat(),
    }
    return tr(
        "In use, prices of {date}: 1,000 characters of preview cost about {hd} in HD, {turbo} in turbo; "
        "keeping a voice about {fee}.",
        **amounts,
    )


def _places(box: QComboBox) -> range:
    return range(box.count())

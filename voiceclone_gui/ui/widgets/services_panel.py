"""Settings › Services: the list of them, and where the chosen one answers, its token, its check."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.connection import PRACTICE
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.messages import Message, Tone
from voiceclone_gui.ui.presenters.services_presenter import ServicesPresenter, ServicesState
from voiceclone_gui.ui.service_words import report_lines, token_words
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import Card, button, label, row

_ROWS_SHOWN = 6
_LIST_PADDING_PX = 16


class ServicesPanel(QWidget):
    """Bound to its presenter. Signal ``shown()``: it is seen, and wants to know the keyring."""

    shown = Signal()

    def __init__(self, *, presenter: ServicesPresenter, catalog: Catalog) -> None:
        super().__init__()
        self._presenter = presenter
        self._catalog = catalog
        self._shown = presenter.state.selected
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._make_list())
        layout.addWidget(self._make_form())
        layout.addStretch(1)
        presenter.state_changed.connect(self._show)
        self._show(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _make_list(self) -> Card:
        card = Card(title=tr("Services"))
        self._list = QListWidget()
        self._list.setObjectName("services")
        self._list.setAccessibleName(tr("Services"))
        self._list.setToolTip(tr("Choose a service to look at it; the one in use is marked"))
        self._list.currentItemChanged.connect(self._select)
        add = button(
            tr("Add ▾"), name="add-service", tip=tr("Add one more service, such as a second account")
        )
        menu = QMenu(add)
        for profile in self._catalog.profiles:
            if profile.id != PRACTICE:
                action = menu.addAction(profile.name)
                action.setObjectName(f"add-{profile.id}")
                action.triggered.connect(lambda _=False, p=profile.id: self._presenter.add(p))
        add.setMenu(menu)
        self._remove = self._button(
            tr("Remove…"), "remove-service", tr("Forget this service and its token"), self._presenter.remove
        )
        self._use = self._button(
            tr("Use this service"), "use-selected", tr("Clone voices there from now on"), self._presenter.use
        )
        card.body.addWidget(self._list)
        card.body.addLayout(row(add, self._remove, None, self._use))
        return card

    def _make_form(self) -> Card:
        card = Card(title=tr("The chosen service"))
        self._name = self._line("service-name", tr("What you call it"), "name")
        self._base_url = self._line("service-address", tr("The address as the service names it"), "base_url")
        self._prefix = self._line("service-prefix", tr("What stands between the address and /v1"), "prefix")
        self._address = label(role="hint", wraps=True)
        self._address.setObjectName("service-result")
        self._token = QLineEdit()
        self._token.setObjectName("service-token")
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._token.setToolTip(tr("From the service's own console, under API keys"))
        self._token.textChanged.connect(lambda _: self._show_buttons())
        self._token_state = label(role="hint", wraps=True)
        self._token_state.setObjectName("token-state")
        self._keep = button(
            tr("Keep the token"), name="keep-token", tip=tr("Keep it in the system's keyring"), role="accent"
        )
        self._keep.clicked.connect(self._keep_token)
        # Through the button: Enter does nothing where the button can't be used.
        self._token.returnPressed.connect(self._keep.click)
        self._run_only = button(
            tr("For this run only"), name="token-for-this-run", tip=tr("Forget it when the program ends")
        )
        self._run_only.clicked.connect(lambda: self._take_token(keep=False))
        self._forget = self._button(
            tr("Forget the token"),
            "forget-token",
            tr("Take it out of the keyring"),
            self._presenter.forget_token,
        )
        card.body.addWidget(self._make_fields())
        card.body.addWidget(self._address)
        card.body.addWidget(self._token_state)
        self._add_check(card)
        return card

    def _make_fields(self) -> QWidget:
        self._fields = QWidget()
        layout = QGridLayout(self._fields)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(0, 3)
        layout.setColumnStretch(1, 1)
        layout.addWidget(label(tr("Name"), role="label", buddy=self._name), 0, 0)
        layout.addWidget(self._name, 1, 0, 1, 2)
        layout.addWidget(label(tr("Address"), role="label", buddy=self._base_url), 2, 0)
        layout.addWidget(self._base_url, 3, 0)
        layout.addWidget(label(tr("Prefix"), role="label", buddy=self._prefix), 2, 1)
        layout.addWidget(self._prefix, 3, 1)
        layout.addWidget(label(tr("Token"), role="label", buddy=self._token), 4, 0)
        layout.addWidget(self._token, 5, 0, 1, 2)
        layout.addLayout(row(self._keep, self._run_only, self._forget, None), 6, 0, 1, 2)
        return self._fields

    def _add_check(self, card: Card) -> None:
        self._check = button(
            tr("Test the connection"),
            name="check-service",
            tip=tr("Ask the service itself, free of charge; nothing is made"),
        )
        self._check.clicked.connect(self._presenter.check)
        self._notice = Notice(actions={Action.TRY_OTHER_REGION, Action.TRY_AGAIN})
        self._notice.action_wanted.connect(self._presenter.act)
        self._report = label(role="hint", wraps=True)
        self._report.setObjectName("check-report")
        card.body.addLayout(row(self._check, None))
        card.body.addWidget(self._notice)
        card.body.addWidget(self._report)

    def _line(self, name: str, tip: str, field: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(name)
        edit.setToolTip(tip)
        edit.editingFinished.connect(lambda: self._change(field, edit))
        edit.textEdited.connect(lambda _: self._show_address())
        return edit

    def _button(self, words: str, name: str, tip: str, act) -> QPushButton:  # type: ignore[no-untyped-def]
        made = button(words, name=name, tip=tip)
        made.clicked.connect(lambda: act(self._presenter.state.selected))
        return made

    def _change(self, field: str, edit: QLineEdit) -> None:
        choice = self._presenter.state.choice
        if field == "name" and not edit.text().strip():
            # Without a name it couldn't be told from the others, nor chosen again.
            edit.setText(choice.name)
        if getattr(choice, field) != edit.text():
            self._presenter.change(choice.service_id, **{field: edit.text()})

    def _select(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._presenter.select(item.data(Qt.ItemDataRole.UserRole))

    def _keep_token(self) -> None:
        self._take_token(keep=True)

    def _take_token(self, *, keep: bool) -> None:
        text = self._token.text()
        problem = Token(text).problem()
        if text.strip() and problem is not None:
            # It stays to be corrected, and the one in use stays in use.
            self._token_state.setText(f"{say(problem).title} {say(problem).cure}")
        elif text.strip():
            self._token.clear()
            self._presenter.set_token(self._presenter.state.selected, text, keep=keep)

    def _show(self, state: ServicesState) -> None:
        choice = state.choice
        is_another, self._shown = state.selected != self._shown, state.selected
        if is_another:
            # What was typed for one service must never be sent to another.
            self._token.clear()
        self._show_list(state)
        for edit, text in (
            (self._name, choice.name),
            (self._base_url, choice.base_url),
            (self._prefix, choice.prefix),
        ):
            if edit.text() != text and (is_another or not edit.hasFocus()):
                edit.setText(text)
        self._fields.setVisible(not choice.is_practice)
        keyring = state.keyring
        self._token_state.setText(
            tr("The practice service needs no token.")
            if choice.is_practice
            else token_words(choice, keyring.name if keyring else "")
        )
        problem = state.problem or (keyring.problem if keyring else None)
        if state.is_keeping or state.waits_for == state.selected:
            self._token_state.setText(tr("Waiting for the system's keyring; it may ask to be unlocked …"))
        elif problem is not None and not choice.is_practice:
            sentence = say(problem)
            self._token_state.setText(f"{self._token_state.text()} {sentence.title} {sentence.cure}")
        self._show_address()
        self._show_buttons()
        self._show_report(state)

    def _show_list(self, state: ServicesState) -> None:
        with QSignalBlocker(self._list):
            self._list.clear()
            for choice in state.choices:
                in_use = choice.service_id == state.active
                item = QListWidgetItem(tr("{name} ✓ in use", name=choice.name) if in_use else choice.name)
                item.setData(Qt.ItemDataRole.UserRole, choice.service_id)
                self._list.addItem(item)
                if choice.service_id == state.selected:
                    self._list.setCurrentItem(item)
            shown = min(len(state.choices), _ROWS_SHOWN)
            self._list.setFixedHeight(self._list.sizeHintForRow(0) * shown + _LIST_PADDING_PX)

    def _show_buttons(self) -> None:
        state = self._presenter.state
        choice = state.choice
        typed = bool(self._token.text().strip())
        for made in (self._keep, self._run_only):
            made.setEnabled(typed and not state.is_keeping)
        self._forget.setEnabled(bool(choice.token) and not state.is_keeping)
        self._remove.setEnabled(not choice.is_practice and not state.is_keeping)
        self._use.setEnabled(choice.service_id != state.active and not choice.problems())
        self._check.setEnabled(not choice.problems() and not state.is_checking)
        problem = choice.problems()[0] if choice.problems() else None
        why = f"{say(problem).title} {say(problem).cure}" if problem else ""
        self._check.setText(tr("Testing …") if state.is_checking else tr("Test the connection"))
        self._use.setToolTip(why or tr("Clone voices there from now on"))

    def _show_address(self) -> None:
        if self._presenter.state.choice.is_practice:
            self._address.setText(tr("It runs on this computer; nothing leaves it."))
            return
        address = parse_address(self._base_url.text(), self._prefix.text())
        if isinstance(address, ServiceAddress):
            self._address.setText(tr("Requests go to {address}", address=address.url("…")))
        else:
            sentence = say(address)
            self._address.setText(f"{sentence.title} {sentence.cure}")

    def _show_report(self, state: ServicesState) -> None:
        report = state.report
        self._report.setVisible(report is not None)
        if report is None:
            self._notice.show_message(None)
            return
        sentence = say(report.diagnosis)
        self._notice.show_message(
            Message(
                title=sentence.title,
                cure=sentence.cure,
                tone=Tone.INFORMATION if report.is_good else Tone.REFUSAL,
                action=report.diagnosis.action,
                service_code=report.diagnosis.service_code,
                trace_id=report.diagnosis.trace_id,
                detail=report.diagnosis.detail,
            )
        )
        self._report.setText(report_lines(report))

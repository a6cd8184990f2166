"""Settings › Network: the proxy that services are called through, and what is wrong with certificates."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.core.errors import Action
from voiceclone_gui.core.proxy import ProxyMode
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.services.proxy_in_use import PasswordPlace
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.messages import Message
from voiceclone_gui.ui.presenters.network_presenter import USER_MISSING, NetworkPresenter, NetworkState
from voiceclone_gui.ui.widgets.notice import Notice, action_words
from voiceclone_gui.ui.widgets.parts import Card, button, label, row, set_role

_MASK = "••••••••"
_WAYS_OUT = (Action.TRY_AGAIN, Action.UNLOCK_AND_TRY_AGAIN, Action.KEEP_FOR_THIS_RUN)


class NetworkPanel(QWidget):
    """Bound to its presenter; a change is in use once it is saved."""

    def __init__(self, *, presenter: NetworkPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._mode = self._make_mode()
        self._own = self._make_own()
        self._make_buttons()
        self._failure = Notice(actions=_WAYS_OUT)
        self._failure.setObjectName("keyring-failure")
        self._failure.action_wanted.connect(presenter.act)
        self._certificates = Notice(actions=())
        self._certificates.setObjectName("certificates")
        rules = label(
            tr("This computer itself is never called through a proxy, nor is what NO_PROXY names."),
            role="hint",
            wraps=True,
        )
        card = Card(title=tr("Proxy"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(tr("Connect through"), role="label", buddy=self._mode), 0, 0)
        grid.addWidget(self._mode, 0, 1)
        card.body.addLayout(grid)
        card.body.addWidget(self._own)
        card.body.addWidget(rules)
        card.body.addWidget(self._failure)
        card.body.addLayout(row(self._second_way, None))
        card.body.addLayout(row(self._save, self._clear, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._certificates)
        layout.addWidget(card)
        layout.addStretch(1)
        presenter.state_changed.connect(self._show)
        self._show(presenter.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.look()

    def _make_mode(self) -> QComboBox:
        made = QComboBox()
        made.setObjectName("proxy-mode")
        made.setToolTip(tr("Where the proxy comes from that services are called through"))
        for mode, words in (
            (ProxyMode.SYSTEM, tr("The system's proxy")),
            (ProxyMode.NONE, tr("No proxy")),
            (ProxyMode.OWN, tr("A proxy of my own")),
        ):
            made.addItem(words, mode.value)
        # Qt hands an enumeration of words back as a mere word.
        made.activated.connect(lambda _: self._presenter.choose_mode(ProxyMode(made.currentData())))
        return made

    def _make_own(self) -> QWidget:
        presenter = self._presenter
        self._address = _line("proxy-address", tr("http, https, socks5, socks5h or socks, with its port"))
        self._address.setPlaceholderText("http://proxy.example.com:8080")
        self._address.textEdited.connect(presenter.set_address)
        self._address.editingFinished.connect(presenter.take_apart)
        self._user = _line("proxy-user", tr("Empty where the proxy asks for none"))
        self._user.textEdited.connect(presenter.set_user)
        self._password = _line("proxy-password", tr("Kept in the system's keyring, in no file"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.textEdited.connect(lambda text: presenter.set_password(Secret(text)))
        self._address_hint = _hint("proxy-address-problem")
        self._user_hint = _hint("proxy-user-problem")
        self._password_hint = _hint("proxy-password-place")
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for words, edit, hint in (
            (tr("Address"), self._address, self._address_hint),
            (tr("User"), self._user, self._user_hint),
            (tr("Password"), self._password, self._password_hint),
        ):
            edit.returnPressed.connect(presenter.save)
            layout.addWidget(label(words, role="label", buddy=edit))
            layout.addWidget(edit)
            layout.addWidget(hint)
        return made

    def _make_buttons(self) -> None:
        presenter = self._presenter
        self._save = button(
            tr("Save"),
            name="save-proxy",
            tip=tr("Use it from the next call on; what is under way goes on as it began"),
            role="primary",
            on_click=presenter.save,
        )
        self._clear = button(
            tr("Clear the saved proxy"),
            name="clear-proxy",
            tip=tr("Go back to the system's proxy, and forget address, user and password"),
            on_click=presenter.clear,
        )
        self._second_way = button(
            action_words()[Action.KEEP_FOR_THIS_RUN],
            name="keep-for-this-run",
            tip=tr("Save the rest; the password is gone when the program ends"),
            on_click=lambda: presenter.act(Action.KEEP_FOR_THIS_RUN),
        )

    def _show(self, state: NetworkState) -> None:
        self._mode.setCurrentIndex(self._mode.findData(state.mode.value))
        self._own.setVisible(state.mode is ProxyMode.OWN)
        for edit, text in (
            (self._address, state.address),
            (self._user, state.user),
            (self._password, state.password.reveal()),
        ):
            # Setting the same text again would move the cursor.
            if edit.text() != text:
                edit.setText(text)
        for part in (self._mode, self._own):
            part.setEnabled(not state.is_busy)
        self._save.setEnabled(state.is_changed and not state.is_busy)
        self._clear.setEnabled(state.can_clear and not state.is_busy)
        self._show_problem(state.problem)
        self._show_password_place(state)
        self._failure.show_message(state.failure)
        self._second_way.setVisible(Action.KEEP_FOR_THIS_RUN in state.choices[1:])
        self._certificates.show_message(state.certificates)

    def _show_problem(self, problem: Message | None) -> None:
        is_users = problem is not None and problem.code == USER_MISSING
        for edit, hint, shown in (
            (self._address, self._address_hint, None if is_users else problem),
            (self._user, self._user_hint, problem if is_users else None),
        ):
            hint.setText(f"{shown.title} {shown.cure}" if shown else "")
            hint.setVisible(shown is not None)
            set_role(edit, "", tone="refusal" if shown else "")
            edit.setAccessibleDescription(hint.text())

    def _show_password_place(self, state: NetworkState) -> None:
        place = state.password_place
        self._password.setPlaceholderText("" if place is PasswordPlace.NOWHERE else _MASK)
        words = {
            PasswordPlace.NOWHERE: tr("It will lie in the system's keyring and in no file."),
            PasswordPlace.KEYRING: tr("One is in the system's keyring. Type another one to replace it."),
            PasswordPlace.THIS_RUN: tr("It is kept for this run of the program only."),
        }[place]
        if state.is_busy:
            words = tr("Waiting for the system's keyring. A window of its own may ask for its password.")
        self._password_hint.setText(words)
        set_role(self._password_hint, "hint", tone="")
        self._password.setAccessibleDescription(words)


def _line(name: str, tip: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setToolTip(tip)
    return made


def _hint(name: str) -> QLabel:
    made = label(role="hint", wraps=True)
    set_role(made, "hint", tone="refusal")
    made.setObjectName(name)
    return made

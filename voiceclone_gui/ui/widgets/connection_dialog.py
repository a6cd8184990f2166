"""Which service, where it answers, and the token for this run."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.errors import KeyringFailed
from voiceclone_gui.core.keyring_facts import NOTHING_KEPT
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.connection import ServiceChoice
from voiceclone_gui.ui.dialogs import finished
from voiceclone_gui.ui.i18n import say, tr
from voiceclone_gui.ui.widgets.parts import button, label, row, set_role


class ConnectionDialog(QDialog):
    """Asks for token and, where the service has none of its own, for the address.

    ``keyring_problem`` is why no token came out of the keyring, and what keeping it has to reckon with.
    """

    def __init__(
        self, *, parent: QWidget, choice: ServiceChoice, keyring_problem: KeyringFailed | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("connection-dialog")
        self.setWindowTitle(tr("Connect {name}", name=choice.name))
        self.setMinimumWidth(460)
        self._choice = choice
        self._base_url = self._line("base-url", choice.base_url, tr("The address as the service names it"))
        self._prefix = self._line("prefix", choice.prefix, tr("What stands between the address and /v1"))
        self._token = self._line(
            "token", choice.token.reveal(), tr("From the service's own console, under API keys")
        )
        self._token.setEchoMode(QLineEdit.EchoMode.Password)
        self._hint = label(role="hint", wraps=True)
        self._connect = button(
            tr("Use this service"),
            name="use-service",
            tip=tr("Clone voices there"),
            role="primary",
            on_click=self.accept,
        )
        self._connect.setDefault(True)
        cancel = button(
            tr("Cancel"), name="cancel-connection", tip=tr("Change nothing"), on_click=self.reject
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(6)
        layout.addWidget(label(tr("Connect {name}", name=choice.name), role="headline"))
        fields = [(tr("Token"), self._token)]
        if choice.profile.id == "gateway":
            fields = [(tr("Address"), self._base_url), (tr("Prefix"), self._prefix), *fields]
        for words, edit in fields:
            layout.addWidget(label(words, role="label", buddy=edit))
            layout.addWidget(edit)
        layout.addWidget(self._hint)
        self._add_keeping(layout, keyring_problem)
        kept = tr("The token is sent to this service only, and never written to a file.")
        layout.addWidget(label(kept, role="hint", wraps=True))
        layout.addSpacing(8)
        layout.addLayout(row(None, cancel, self._connect))
        self._judge()

    @property
    def keeps(self) -> bool:
        """Whether the token is to be kept."""
        return self._keep.isChecked()

    def choice(self) -> ServiceChoice:
        """What is typed."""
        return replace(
            self._choice,
            base_url=self._base_url.text(),
            prefix=self._prefix.text(),
            token=Token(self._token.text()),
        )

    def _add_keeping(self, layout: QVBoxLayout, problem: KeyringFailed | None) -> None:
        can_keep = problem is None or problem.code not in NOTHING_KEPT
        self._keep = QCheckBox(tr("Keep the token in the system's keyring"))
        self._keep.setObjectName("keep-typed-token")
        self._keep.setToolTip(tr("Otherwise it is forgotten when the program ends"))
        self._keep.setChecked(can_keep)
        self._keep.setEnabled(can_keep)
        layout.addWidget(self._keep)
        if problem is not None:
            sentence = say(problem)
            said = label(f"{sentence.title} {sentence.cure}", role="hint", wraps=True)
            said.setObjectName("keyring-problem")
            set_role(said, "hint", tone="warning")
            layout.addWidget(said)

    def _line(self, name: str, text: str, tip: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setObjectName(name)
        edit.setToolTip(tip)
        edit.textChanged.connect(self._judge)
        return edit

    def _judge(self) -> None:
        typed = self.choice()
        problems = typed.problems()
        self._connect.setEnabled(not problems)
        address = parse_address(typed.base_url, typed.prefix)
        if problems:
            sentence = say(problems[0])
            self._hint.setText(f"{sentence.title} {sentence.cure}")
        elif isinstance(address, ServiceAddress):
            self._hint.setText(tr("Requests go to {address}", address=address.url("…")))
        set_role(self._hint, "hint", tone="")


async def ask_for_connection(
    *, parent: QWidget, choice: ServiceChoice, keyring_problem: KeyringFailed | None
) -> tuple[ServiceChoice, bool] | None:
    """What the service needs as it was typed, and whether its token is to be kept; ``None`` for nothing."""
    dialog = ConnectionDialog(parent=parent, choice=choice, keyring_problem=keyring_problem)
    if not await finished(dialog):
        return None
    return dialog.choice(), dialog.keeps

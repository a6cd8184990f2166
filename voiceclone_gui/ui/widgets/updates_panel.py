"""Settings › Updates: whether new versions are looked for, where, and what came of it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.presenters.updates_presenter import UpdatesPresenter, UpdatesState
from voiceclone_gui.ui.widgets.notice import Notice
from voiceclone_gui.ui.widgets.parts import Card, button, label, row, set_role
from voiceclone_gui.ui.widgets.release_box import ReleaseBox


class UpdatesPanel(QWidget):
    """Bound to its presenter; the switch is in use at once, the address when it is left."""

    def __init__(self, *, presenter: UpdatesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._switch = QCheckBox(tr("Look for a new version once a day"))
        self._switch.setObjectName("looks-for-updates")
        self._switch.setToolTip(tr("Only a notice is shown; nothing is ever installed by itself"))
        self._switch.clicked.connect(presenter.switch)
        self._address = QLineEdit()
        self._address.setObjectName("release-list")
        self._address.setToolTip(tr("The address of the list of releases; its SHA-256 lies beside it"))
        self._address.setPlaceholderText(
            presenter.state.packaged or "https://example.com/voiceclone/releases.json"
        )
        self._address.textEdited.connect(presenter.type_address)
        self._address.editingFinished.connect(presenter.save_address)
        self._hint = label(role="hint", wraps=True)
        self._hint.setObjectName("release-list-hint")
        self._check = button(
            tr("Check now"),
            name="check-updates",
            tip=tr("Ask for the list of releases, and tell what is in it"),
            role="accent",
            on_click=presenter.check_now,
        )
        self._asked = label(role="hint", wraps=True)
        self._asked.setObjectName("updates-asked")
        self._outcome = Notice(actions=())
        self._outcome.setObjectName("updates-outcome")
        self._found = ReleaseBox()
        self._found.open_wanted.connect(presenter.open_page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._make_card())
        layout.addStretch(1)
        presenter.state_changed.connect(self._show)
        self._show(presenter.state)

    def _make_card(self) -> Card:
        sent = tr(
            "What is sent: one request for the list and one for its SHA-256, without a token, a name or your "
            "version. As with any page, the server sees the internet address that you come from. "
            "A new version is only told of: it is neither downloaded nor installed."
        )
        card = Card(title=tr("Updates"))
        card.body.addWidget(self._switch)
        card.body.addLayout(row(self._check, None))
        # The answer stands right below the question: in a small window all else may be out of view.
        name = label(tr("List of releases"), role="label", buddy=self._address)
        answer = (self._asked, self._outcome, self._found)
        for part in (*answer, name, self._address, self._hint, label(sent, role="hint", wraps=True)):
            card.body.addWidget(part)
        return card

    def _show(self, state: UpdatesState) -> None:
        self._switch.setChecked(state.is_on)
        # Setting the same text again would move the cursor.
        if self._address.text() != state.address:
            self._address.setText(state.address)
        self._show_hint(state)
        self._check.setEnabled(not state.is_busy)
        self._asked.setText(asked_words(state))
        self._outcome.show_message(state.outcome)
        self._found.show_found(state.found)

    def _show_hint(self, state: UpdatesState) -> None:
        problem = state.problem
        text = f"{problem.title} {problem.cure}" if problem else address_words(state)
        tone = "refusal" if problem else ""
        self._hint.setText(text)
        set_role(self._hint, "hint", tone=tone)
        set_role(self._address, "field", tone=tone)
        self._address.setAccessibleDescription(text)


def address_words(state: UpdatesState) -> str:
    """Which address is in use."""
    if not state.address.strip() and not state.packaged:
        return tr("No address is known: nothing is asked, and nothing leaves this computer.")
    if not state.is_on:
        return tr("It is asked only when you press the button.")
    if state.address.strip():
        return tr("This address is asked.")
    return tr("The address that the program came with is asked. Type another one to ask that instead.")


def asked_words(state: UpdatesState) -> str:
    """When a list was last asked for."""
    if state.is_busy:
        return tr("Asking…")
    if state.asked_at:
        return tr("Last asked: {time}", time=state.asked_at)
    return tr("Never asked so far.")

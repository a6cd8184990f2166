"""The fields of the Clone page, its state as a whole, and the steps that changed it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.cost import CostEstimate, estimate_preview
from voiceclone_gui.core.request import CloneFields, check_fields
from voiceclone_gui.core.speech_text import without_invisible
from voiceclone_gui.core.voice_id import suggest_voice_id
from voiceclone_gui.ui.presenters.clone_state import CloneState
from voiceclone_gui.ui.presenters.history import TYPED, Change, History, PageInputs, field_words

if TYPE_CHECKING:
    from voiceclone_gui.services.connection import Connection

FIRST_TEXT = "Good evening. This is a first test of the new voice, recorded at home."
FIRST_MODEL = "speech-2.8-hd"
_TYPED_FIELDS = {"voice_id", "prompt_text", "text", "text_validation", "accuracy", "model"}


class PageFields(QObject):
    """Holds the state of the page. Signal: ``state_changed(CloneState)``. What files are on it is added by
    whoever builds on this.
    """

    state_changed = Signal(object)

    def __init__(
        self,
        *,
        catalog: Catalog,
        connection: Connection,
        prices: Callable[[], Mapping[str, PriceTable]],
        used_voice_ids: frozenset[str] = frozenset(),
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._catalog = catalog
        self._connection = connection
        self._prices = prices
        self._used_ids = set(used_voice_ids)
        self._now_s = now_s
        self._id_was_typed = False
        self.history = History(restore=self._restore)
        fields = self._first_fields()
        self.state = CloneState(fields=fields, cost=self._cost(fields))

    def set_fields(self, **changes: object) -> None:
        """Change fields by the contract's names."""
        typed = f"{TYPED}{next(iter(changes))}" if set(changes) <= _TYPED_FIELDS else ""
        self._set_fields(changes, stroke=typed)

    def _set_fields(self, changes: Mapping[str, object], *, stroke: str) -> None:
        if self.state.is_running:
            return
        before = self._inputs()
        if "voice_id" in changes and changes["voice_id"] != self.state.fields.voice_id:
            self._id_was_typed = True
        fields = replace(self.state.fields, **changes)  # type: ignore[arg-type]
        if fields == self.state.fields:
            return
        self._set_state(replace(self.state, fields=fields, message=None))
        self._add_step(field_words(next(iter(changes))), before, stroke=stroke)

    def suggest_voice_id(self) -> None:
        """Put a fresh id in place of the one that stands there."""
        before = self._inputs()
        self._put_fresh_id()
        self._add_step(field_words("voice_id"), before)

    def clean_text(self) -> None:
        """Take the invisible characters out of the preview text."""
        self.set_fields(text=without_invisible(self.state.fields.text))

    def set_rights(self, has_rights: bool) -> None:
        """The user's word that they may clone this voice; no step brings it back."""
        if not self.state.is_running:
            self._set_state(replace(self.state, has_rights=has_rights))

    def refresh_service(self) -> None:
        """Judge everything anew after another service was chosen or its token changed."""
        self._set_state(replace(self.state, message=None))

    def refresh_prices(self) -> None:
        """Estimate the cost anew after the prices were changed."""
        if self._cost(self.state.fields) != self.state.cost:
            self._set_state(self.state)

    # -- inside

    def _inputs(self) -> PageInputs:
        """What stands on the page."""
        raise NotImplementedError

    def _restore(self, inputs: PageInputs) -> None:
        """Put back what the page held."""
        raise NotImplementedError

    def _judged(self, state: CloneState) -> CloneState:
        """``state`` with what is known of its files."""
        raise NotImplementedError

    def _add_step(self, words: str, before: PageInputs, *, stroke: str = "") -> None:
        change = Change(words=words, before=before, after=self._inputs(), stroke=stroke, at_s=self._now_s())
        self.history.add(change)

    def _put_fresh_id(self) -> None:
        recording = self.state.recording
        fields = replace(self.state.fields, voice_id=self._fresh_id(recording.path.stem if recording else ""))
        self._id_was_typed = False
        self._set_state(replace(self.state, fields=fields, message=None))

    def _set_state(self, state: CloneState) -> None:
        fields = check_fields(state.fields, has_prompt_audio=state.clip is not None, catalog=self._catalog)
        problems = (*fields, *self._connection.active.problems())
        self.state = self._judged(replace(state, problems=problems, cost=self._cost(state.fields)))
        self.state_changed.emit(self.state)

    def _cost(self, fields: CloneFields) -> CostEstimate:
        return estimate_preview(
            text=fields.text,
            model_id=fields.model,
            profile_id=self._connection.active.service_id,
            catalog=self._catalog,
            prices=self._prices(),
        )

    def _fresh_id(self, name: str) -> str:
        return suggest_voice_id(name, taken=self._used_ids)

    def _first_fields(self) -> CloneFields:
        return CloneFields(voice_id=self._fresh_id(""), text=FIRST_TEXT, model=FIRST_MODEL)

"""The prices of each service as they are typed, and what was spent by them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from voiceclone_gui.core.catalog import Catalog, PriceTable
from voiceclone_gui.core.cost import is_free_service
from voiceclone_gui.core.errors import VoiceCloneError
from voiceclone_gui.core.prices import (
    check_prices,
    price_entry,
    prices_in_use,
    published_prices,
    with_prices,
    without_prices,
)
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.settings import PriceEntry
from voiceclone_gui.core.spending import Spending, add_up
from voiceclone_gui.ui.messages import MessageBus, message_for_error
from voiceclone_gui.ui.presenters.settings_presenter import SettingsPresenter
from voiceclone_gui.ui.tasks import TaskScope

if TYPE_CHECKING:
    from voiceclone_gui.core.job import CloneJob
    from voiceclone_gui.core.ports import Clock
    from voiceclone_gui.core.synthesis import Synthesis
    from voiceclone_gui.core.voice import Voice


class SpendingRecords(Protocol):
    """What the spending is added up from."""

    async def jobs(self) -> tuple[CloneJob, ...]:
        """All jobs."""
        ...

    async def voices(self) -> tuple[Voice, ...]:
        """All voices."""
        ...

    async def syntheses(self) -> tuple[Synthesis, ...]:
        """All syntheses."""
        ...


@dataclass(frozen=True, kw_only=True)
class PricesState:
    """One service's prices: ``entry`` as it is typed, with its ``problems``, and the ``table`` in use.

    ``names`` are those of all services that can cost something, by id. ``has_own`` tells whether something
    was typed for this service, ``is_published`` whether the catalog has prices for it.
    """

    names: dict[str, str]
    entry: PriceEntry
    table: PriceTable | None
    problems: tuple[Problem, ...] = ()
    has_own: bool = False
    is_published: bool = False
    spending: tuple[Spending, ...] = ()


class PricesPresenter(QObject):
    """Signal ``state_changed(PricesState)``.

    An entry is in use as soon as all of it can be read; until then the last one that could is. What is
    typed stays as it is for this run, whichever service is looked at meanwhile.
    """

    state_changed = Signal(object)

    def __init__(
        self,
        *,
        catalog: Catalog,
        settings: SettingsPresenter,
        records: SpendingRecords,
        clock: Clock,
        messages: MessageBus,
        tasks: TaskScope,
    ) -> None:
        super().__init__()
        self._catalog = catalog
        self._settings = settings
        self._records = records
        self._clock = clock
        self._messages = messages
        self._tasks = tasks
        self._typed: dict[str, PriceEntry] = {}
        self._chosen = next(iter(self._names()))
        self._spending: tuple[Spending, ...] = ()
        self.state = self._made_state()
        settings.state_changed.connect(lambda _: self._refresh())

    def choose(self, service_id: str) -> None:
        """Look at another service."""
        self._chosen = service_id
        self._refresh()

    def edit(self, **changes: object) -> None:
        """Change what is typed, by the names of ``PriceEntry``."""
        entry = self.state.entry
        if not self.state.has_own and "as_of" not in changes:
            # From now on they are the user's prices, not those of the publication's day.
            changes["as_of"] = self._today()
        entry = replace(entry, **changes)  # type: ignore[arg-type]
        self._typed[self._chosen] = entry
        if not check_prices(entry):
            self._settings.change(prices=with_prices(self._settings.state, entry).prices)
        self._refresh()

    def take_back(self) -> None:
        """Forget what was typed for this service: the published prices hold again, if there are any."""
        self._typed.pop(self._chosen, None)
        self._settings.change(prices=without_prices(self._settings.state, self._chosen).prices)
        self._refresh()

    def load(self) -> None:
        """Add up anew what was spent."""
        self._tasks.replace(self._load(), name="spending")

    async def _load(self) -> None:
        try:
            jobs, voices = await self._records.jobs(), await self._records.voices()
            syntheses = await self._records.syntheses()
        except VoiceCloneError as error:
            self._messages.post(message_for_error(error))
            return
        self._spending = add_up(jobs, voices=voices, syntheses=syntheses)
        self._refresh()

    def _refresh(self) -> None:
        if self._chosen not in self._names():
            self._chosen = next(iter(self._names()))
        state = self._made_state()
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _names(self) -> dict[str, str]:
        names = {profile.id: profile.name for profile in self._catalog.profiles}
        names |= {service.service_id: service.name for service in self._settings.state.services}
        return {service_id: name for service_id, name in names.items() if not is_free_service(service_id)}

    def _made_state(self) -> PricesState:
        settings, service_id = self._settings.state, self._chosen
        published = published_prices(service_id, catalog=self._catalog, settings=settings)
        kept = next((entry for entry in settings.prices if entry.service_id == service_id), None)
        typed = self._typed.get(service_id, kept)
        entry = typed or (
            price_entry(published, service_id=service_id) if published else self._empty(service_id)
        )
        return PricesState(
            names=self._names(),
            entry=entry,
            table=prices_in_use(catalog=self._catalog, settings=settings).get(service_id),
            problems=check_prices(entry) if typed is not None else (),
            has_own=typed is not None,
            is_published=published is not None,
            spending=self._spending,
        )

    def _empty(self, service_id: str) -> PriceEntry:
        return PriceEntry(
            service_id=service_id,
            currency="",
            hd_per_10k="",
            turbo_per_10k="",
            activation="",
            wide_characters=1,
            as_of=self._today(),
        )

    def _today(self) -> str:
        return self._clock().astimezone().date().isoformat()

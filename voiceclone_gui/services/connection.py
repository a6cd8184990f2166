"""Which service is in use: its profile, its address, and the token for this run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import Catalog, ServiceProfile
from voiceclone_gui.core.errors import InputRefused
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.token import Token

if TYPE_CHECKING:
    from voiceclone_gui.core.ports import CloningService

PRACTICE = "practice"


@dataclass(frozen=True, kw_only=True)
class ServiceChoice:
    """A profile as the user has it: for an own gateway with its typed address, and the token."""

    profile: ServiceProfile
    base_url: str = ""
    prefix: str = ""
    token: Token = field(default_factory=lambda: Token(""))

    @property
    def is_practice(self) -> bool:
        """Whether nothing leaves this computer."""
        return self.profile.id == PRACTICE

    def problems(self) -> tuple[Problem, ...]:
        """What is missing before the service can be called; none for the practice service."""
        if self.is_practice:
            return ()
        address = parse_address(self.base_url, self.prefix)
        token = self.token.problem()
        found = [address] if isinstance(address, Problem) else []
        return tuple(found if token is None else [*found, token])


@dataclass(frozen=True, kw_only=True)
class Connected:
    """A service that can be called; ``name`` is the same at every start of the program."""

    service: CloningService
    name: str
    profile_id: str


PracticeStarter = Callable[[], Awaitable[tuple[str, Token]]]
ClientMaker = Callable[[ServiceAddress, Token], Awaitable["CloningService"]]


class Connection:
    """Keeps the choices of this run and opens the chosen service when it is needed.

    Tokens live here and nowhere else until the keyring takes them.
    """

    def __init__(
        self, *, catalog: Catalog, start_practice: PracticeStarter, make_client: ClientMaker
    ) -> None:
        self._start_practice = start_practice
        self._make_client = make_client
        self._choices = {
            profile.id: ServiceChoice(profile=profile, base_url=profile.base_url, prefix=profile.prefix)
            for profile in catalog.profiles
        }
        self._active = PRACTICE

    @property
    def active(self) -> ServiceChoice:
        """The chosen service."""
        return self._choices[self._active]

    def choices(self) -> tuple[ServiceChoice, ...]:
        """All services, in the order of the catalog."""
        return tuple(self._choices.values())

    def choose(self, profile_id: str) -> ServiceChoice:
        """Make another service the active one. ``KeyError`` for one that doesn't exist."""
        choice = self._choices[profile_id]
        self._active = profile_id
        return choice

    def change(
        self,
        profile_id: str,
        *,
        base_url: str | None = None,
        prefix: str | None = None,
        token: Token | None = None,
    ) -> ServiceChoice:
        """Change a choice; what is ``None`` stays."""
        changes = {"base_url": base_url, "prefix": prefix, "token": token}
        given = {name: value for name, value in changes.items() if value is not None}
        self._choices[profile_id] = replace(self._choices[profile_id], **given)  # type: ignore[arg-type]
        return self._choices[profile_id]

    async def open(self) -> Connected:
        """The active service, ready to be called. Raises ``InputRefused`` where something is missing."""
        choice = self.active
        problems = choice.problems()
        if problems:
            raise InputRefused(problems)
        base_url, token = choice.base_url, choice.token
        if choice.is_practice:
            base_url, token = await self._start_practice()
        address = parse_address(base_url, choice.prefix)
        if isinstance(address, Problem):
            raise InputRefused([address])
        name = PRACTICE if choice.is_practice else address.root + address.prefix
        service = await self._make_client(address, token)
        return Connected(service=service, name=name, profile_id=choice.profile.id)

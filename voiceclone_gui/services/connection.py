"""Which service is in use: its profile, its address, and the token for this run."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import Catalog, ServiceProfile
from voiceclone_gui.core.errors import InputRefused, VoiceElsewhere
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.settings import ServiceEntry
from voiceclone_gui.core.token import Token

if TYPE_CHECKING:
    from voiceclone_gui.core.job import CloneJob
    from voiceclone_gui.core.ports import VoiceService
    from voiceclone_gui.core.voice import Voice

PRACTICE = "practice"
_WITH_SECRETS = {"address-with-password", "address-with-query"}


class TokenSource(StrEnum):
    """Where a token came from: the keyring, this run's environment, or what was typed for this run."""

    KEYRING = "keyring"
    ENVIRONMENT = "environment"
    RUN = "run"


@dataclass(frozen=True, kw_only=True)
class ServiceChoice:
    """A service as the user has it: several may be of one profile, each with its own token."""

    profile: ServiceProfile
    service_id: str = ""
    name: str = ""
    base_url: str = ""
    prefix: str = ""
    token: Token = field(default_factory=lambda: Token(""))
    token_source: TokenSource = TokenSource.RUN

    @property
    def is_practice(self) -> bool:
        """Whether nothing leaves this computer."""
        return self.profile.id == PRACTICE

    @property
    def is_added(self) -> bool:
        """Whether the user added it to those of the catalog."""
        return self.service_id != self.profile.id

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

    service: VoiceService
    name: str
    profile_id: str


def check_same_service(job: CloneJob, connected: Connected) -> None:
    """Raise ``InputRefused`` unless ``job`` was asked for at the service that is connected."""
    if connected.name != job.service:
        values = {"voice_id": job.voice_id, "service": job.service}
        raise InputRefused([Problem(field=Field.BASE_URL, code="job-elsewhere", values=values)])


PracticeStarter = Callable[[], Awaitable[tuple[str, Token]]]
ClientMaker = Callable[[ServiceAddress, Token], Awaitable["VoiceService"]]


class Connection:
    """Keeps the services of the user and opens the active one when it is needed.

    Tokens live here for this run; :class:`voiceclone_gui.services.accounts.Accounts` keeps them longer.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        start_practice: PracticeStarter,
        make_client: ClientMaker,
        entries: Iterable[ServiceEntry] = (),
    ) -> None:
        self._catalog = catalog
        self._start_practice = start_practice
        self._make_client = make_client
        self._choices = {profile.id: _choice_of(profile) for profile in catalog.profiles}
        for entry in entries:
            profile = catalog.profile(entry.profile_id)
            if profile is not None and profile.id != PRACTICE:
                self._choices[entry.service_id] = ServiceChoice(
                    profile=profile,
                    service_id=entry.service_id,
                    name=entry.name,
                    base_url=entry.base_url,
                    prefix=entry.prefix,
                )
        self._active = PRACTICE

    @property
    def active(self) -> ServiceChoice:
        """The chosen service."""
        return self._choices[self._active]

    def choices(self) -> tuple[ServiceChoice, ...]:
        """All services: those of the catalog, then those that were added."""
        return tuple(self._choices.values())

    def choice(self, service_id: str) -> ServiceChoice:
        """The service of that id. ``KeyError`` for one that doesn't exist."""
        return self._choices[service_id]

    def entries(self) -> tuple[ServiceEntry, ...]:
        """What differs from the catalog, to be kept in the settings."""
        return tuple(
            ServiceEntry(
                service_id=choice.service_id,
                profile_id=choice.profile.id,
                name=choice.name,
                base_url=choice.base_url if _may_be_written(choice) else choice.profile.base_url,
                prefix=choice.prefix,
            )
            for choice in self._choices.values()
            if choice.is_added or _without_token(choice) != _choice_of(choice.profile)
        )

    def choose(self, service_id: str) -> ServiceChoice:
        """Make another service the active one. ``KeyError`` for one that doesn't exist."""
        choice = self._choices[service_id]
        self._active = service_id
        return choice

    def add(self, profile_id: str) -> ServiceChoice:
        """One more service of a profile, with an id that no other ever had here."""
        profile = self._catalog.profile(profile_id)
        if profile is None or profile.id == PRACTICE:
            raise KeyError(profile_id)
        same = sum(choice.profile.id == profile_id for choice in self._choices.values())
        choice = replace(
            _choice_of(profile),
            # Random: the keyring may still hold the token of one that was removed.
            service_id=f"{profile_id}-{secrets.token_hex(4)}",
            name=f"{profile.name} {same + 1}",
        )
        self._choices[choice.service_id] = choice
        return choice

    def remove(self, service_id: str) -> None:
        """Take an added service away; one of the catalog's gets its own address back."""
        choice = self._choices[service_id]
        if choice.is_added:
            del self._choices[service_id]
        else:
            self._choices[service_id] = _choice_of(choice.profile)
        if self._active not in self._choices:
            self._active = PRACTICE

    def change(
        self,
        service_id: str,
        *,
        name: str | None = None,
        base_url: str | None = None,
        prefix: str | None = None,
        token: Token | None = None,
        token_source: TokenSource | None = None,
    ) -> ServiceChoice:
        """Change a service; what is ``None`` stays."""
        changes = {
            "name": name,
            "base_url": base_url,
            "prefix": prefix,
            "token": token,
            "token_source": token_source,
        }
        given = {key: value for key, value in changes.items() if value is not None}
        self._choices[service_id] = replace(self._choices[service_id], **given)  # type: ignore[arg-type]
        return self._choices[service_id]

    async def open(self, service_id: str | None = None) -> Connected:
        """The active service, or that of an id, ready to be called.

        Raises ``InputRefused`` where something is missing; one that was removed gives way to the active one.
        """
        choice = self._choices.get(service_id or self._active, self.active)
        problems = choice.problems()
        if problems:
            raise InputRefused(problems)
        base_url, token = choice.base_url, choice.token
        if choice.is_practice:
            base_url, token = await self._start_practice()
        address = parse_address(base_url, choice.prefix)
        if isinstance(address, Problem):
            raise InputRefused([address])
        service = await self._make_client(address, token)
        return Connected(service=service, name=_name_on_record(choice), profile_id=choice.service_id)

    def check_where_made(self, voice: Voice) -> None:
        """Raise ``VoiceElsewhere`` unless the active service is the one that ``voice`` was made at, and
        ``InputRefused`` where something is missing to call it.
        """
        choice, made_by = self.active, self._choices.get(voice.profile_id)
        if (choice.service_id, _name_on_record(choice)) != (voice.profile_id, voice.service):
            # The name that the user knows, as long as it stands for the same address.
            is_listed = made_by is not None and _name_on_record(made_by) == voice.service
            made_at = made_by.name if made_by is not None and is_listed else voice.service
            connected = _name_on_record(choice) if choice.name == made_at else choice.name
            raise VoiceElsewhere("voice-elsewhere", made_at=made_at, connected=connected)
        if problems := choice.problems():
            raise InputRefused(problems)

    async def open_where_made(self, voice: Voice) -> Connected:
        """The active service, to let ``voice`` speak there. Raises what :meth:`check_where_made` raises."""
        self.check_where_made(voice)
        return await self.open()

    async def open_for_download(self, voice: Voice) -> tuple[VoiceService, str]:
        """The service that ``voice`` was made at, whichever is active, for what needs no token: it gets none.

        With it where its links lead by now, ``""`` where they stay as they are: the practice service has
        another port at every start. Raises ``InputRefused`` for an address that may not be called any more.
        """
        is_practice = voice.profile_id == PRACTICE
        base_url = (await self._start_practice())[0] if is_practice else voice.service
        address = parse_address(base_url)
        if isinstance(address, Problem):
            raise InputRefused([address])
        return await self._make_client(address, Token("")), address.root if is_practice else ""


def _choice_of(profile: ServiceProfile) -> ServiceChoice:
    return ServiceChoice(
        profile=profile,
        service_id=profile.id,
        name=profile.name,
        base_url=profile.base_url,
        prefix=profile.prefix,
    )


def _name_on_record(choice: ServiceChoice) -> str:
    """What a voice that is made there keeps of it; the same at every start of the program."""
    if choice.is_practice:
        return PRACTICE
    address = parse_address(choice.base_url, choice.prefix)
    return address.root + address.prefix if isinstance(address, ServiceAddress) else ""


def _may_be_written(choice: ServiceChoice) -> bool:
    """Whether the address holds no secret: a password or a key in it stays out of every file."""
    address = parse_address(choice.base_url, choice.prefix)
    return isinstance(address, ServiceAddress) or address.code not in _WITH_SECRETS


def _without_token(choice: ServiceChoice) -> ServiceChoice:
    return replace(choice, token=Token(""), token_source=TokenSource.RUN)

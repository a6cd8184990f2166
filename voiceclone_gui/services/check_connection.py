"""Is the connection good? Asked of the service's own host, without making or paying for anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from voiceclone_gui.core.address import ServiceAddress, parse_address
from voiceclone_gui.core.catalog import Catalog
from voiceclone_gui.core.errors import (
    ConnectionLost,
    InputRefused,
    NotConnected,
    OutOfCredit,
    ServiceError,
    SlowDown,
    TokenRefused,
)
from voiceclone_gui.core.problems import Problem
from voiceclone_gui.core.token import Token
from voiceclone_gui.services.connection import PracticeStarter, ServiceChoice
from voiceclone_gui.services.connection_report import CheckedPlace, ConnectionReport, judge


class CheckedService(Protocol):
    """The two calls that cost nothing; each gives its trace id, errors are core's."""

    async def check_files(self) -> str:
        """Ask for the account's files."""
        ...

    async def check_clone(self) -> str:
        """Ask for a clone that names no file, which a service can only refuse."""
        ...


CheckMaker = Callable[[ServiceAddress, Token], Awaitable[CheckedService]]


class ConnectionCheck:
    """Checks a service as the user has typed it, chosen or not. Each check is two calls at most."""

    def __init__(self, *, catalog: Catalog, start_practice: PracticeStarter, make_client: CheckMaker) -> None:
        self._catalog = catalog
        self._start_practice = start_practice
        self._make_client = make_client

    async def check(self, choice: ServiceChoice) -> ConnectionReport:
        """The report on ``choice``, from its own host alone; no other one sees the token.

        Raises ``InputRefused`` where something is missing, ``PracticeServiceFailed``.
        """
        problems = choice.problems()
        if problems:
            raise InputRefused(problems)
        base_url, token = choice.base_url, choice.token
        if choice.is_practice:
            base_url, token = await self._start_practice()
        return await self._report(
            choice.profile.id, base_url=base_url, prefix=choice.prefix, token=token, choice=choice
        )

    def has_other_region(self, choice: ServiceChoice) -> bool:
        """Whether the same company answers in another region too."""
        return self._catalog.profile(choice.profile.other_region) is not None

    async def check_other_region(self, choice: ServiceChoice) -> ConnectionReport:
        """The report on the other region, which sees the token: only on the user's click.

        Raises ``InputRefused``, and ``ValueError`` where there is no other region.
        """
        problem = choice.token.problem()
        if problem is not None:
            raise InputRefused([problem])
        other = self._catalog.profile(choice.profile.other_region)
        if other is None:
            raise ValueError(f"{choice.profile.id} has no other region")
        return await self._report(
            other.id, base_url=other.base_url, prefix=other.prefix, token=choice.token, choice=None
        )

    async def _report(
        self, profile_id: str, *, base_url: str, prefix: str, token: Token, choice: ServiceChoice | None
    ) -> ConnectionReport:
        address = parse_address(base_url, prefix)
        if isinstance(address, Problem):
            raise InputRefused([address])
        parts = urlsplit(address.root)
        place = CheckedPlace(
            profile_id=profile_id,
            host=parts.hostname or "",
            is_https=parts.scheme == "https",
            # Who has come from there has tried it already.
            has_other_region=choice is not None and self.has_other_region(choice),
            is_practice=choice is not None and choice.is_practice,
        )
        service = await self._make_client(address, token)
        try:
            trace_id = await service.check_files()
            files_error = None
        except ServiceError as error:
            trace_id, files_error = error.trace_id, error
        if files_error is not None and _settles_it(files_error):
            return judge(place, files_error=files_error, clone_error=files_error)
        try:
            trace_id = await service.check_clone()
        except ServiceError as error:
            return judge(place, files_error=files_error, clone_error=error, trace_id=trace_id)
        return judge(place, files_error=files_error, clone_error=None, trace_id=trace_id)


def _settles_it(error: ServiceError) -> bool:
    """Whether asking for a clone would tell no more: it may be that only the files' call is missing."""
    return isinstance(error, NotConnected | ConnectionLost | TokenRefused | SlowDown | OutOfCredit)

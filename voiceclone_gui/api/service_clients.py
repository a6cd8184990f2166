"""Clients of services; those that take the same proxy share one HTTP client."""

from __future__ import annotations

import asyncio
from weakref import WeakSet

from voiceclone_gui.api.client import ServiceClient
from voiceclone_gui.api.network import HttpClient, open_http_client
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.proxy import ProxyChoice
from voiceclone_gui.core.token import Token


class ServiceClients:
    """Makes clients. Whoever has one goes on with its proxy to the end, also when another was chosen."""

    def __init__(self) -> None:
        self._lines: dict[ProxyChoice, _Line] = {}
        self._turn = asyncio.Lock()

    @property
    def open_count(self) -> int:
        """How many HTTP clients are open."""
        return len(self._lines)

    async def make(self, *, address: ServiceAddress, token: Token, proxy: ProxyChoice) -> ServiceClient:
        """A client that goes through ``proxy``; what another proxy left open is closed if nobody uses it."""
        async with self._turn:
            line = self._lines.get(proxy)
            if line is None:
                line = self._lines[proxy] = _Line(http=await open_http_client(proxy=proxy))
            client = ServiceClient(http=line.http, address=address, token=token)
            line.users.add(client)
            await self._close([choice for choice, other in self._lines.items() if not other.users])
        return client

    async def aclose(self) -> None:
        """Close all connections."""
        async with self._turn:
            await self._close(list(self._lines))

    async def _close(self, choices: list[ProxyChoice]) -> None:
        for choice in choices:
            await self._lines.pop(choice).http.aclose()


class _Line:
    """One HTTP client and those who use it. They have no end of their own: they are let go."""

    def __init__(self, *, http: HttpClient) -> None:
        self.http = http
        self.users: WeakSet[ServiceClient] = WeakSet()

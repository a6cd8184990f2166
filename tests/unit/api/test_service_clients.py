"""One HTTP client for each proxy, for as long as somebody uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.proxies import proxy_at
from voiceclone_gui.api.service_clients import ServiceClients
from voiceclone_gui.core.address import ServiceAddress
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode
from voiceclone_gui.core.token import Token

DIRECT = ProxyChoice(mode=ProxyMode.NONE)
OWN = ProxyChoice(mode=ProxyMode.OWN, server=proxy_at("http://proxy.example.com:8080"))


@pytest.fixture
async def clients() -> AsyncIterator[ServiceClients]:
    made = ServiceClients()
    yield made
    await made.aclose()
    assert made.open_count == 0


async def make(clients: ServiceClients, proxy: ProxyChoice):  # type: ignore[no-untyped-def]
    address = ServiceAddress(root="https://service.test", prefix="")
    return await clients.make(address=address, token=Token("sk-canary"), proxy=proxy)


async def test_equal_choices_share_one_client(clients: ServiceClients) -> None:
    first = await make(clients, DIRECT)
    second = await make(clients, ProxyChoice(mode=ProxyMode.NONE))
    assert first._http is second._http
    assert clients.open_count == 1


async def test_an_unused_client_is_closed_when_another_proxy_is_taken(clients: ServiceClients) -> None:
    former = (await make(clients, DIRECT))._http
    current = await make(clients, OWN)
    assert former.is_closed
    assert not current._http.is_closed
    assert clients.open_count == 1


async def test_a_client_in_use_stays_open_until_it_is_let_go(clients: ServiceClients) -> None:
    running = await make(clients, DIRECT)
    http = running._http
    current = await make(clients, OWN)
    assert not http.is_closed
    assert (await make(clients, DIRECT))._http is http
    del running
    current = await make(clients, OWN)
    assert http.is_closed
    assert not current._http.is_closed

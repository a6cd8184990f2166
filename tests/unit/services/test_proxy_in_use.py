"""Which proxy the next call takes, and when the keyring is asked for its password."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.fakes.keyrings import GatedKeyring, LockedKeyring, MemoryKeyring
from voiceclone_gui.core.errors import KeyringFailed, NotConnected
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.settings import ProxySettings
from voiceclone_gui.services.proxy_in_use import PasswordPlace, ProxyInUse
from voiceclone_gui.storage.token_store import TokenStore

PASSWORD = Secret("p@ss:w%rd/ü")
OWN = ProxySettings(mode=ProxyMode.OWN, address="http://proxy.example.com:8080", user="anna")
KEPT = replace(OWN, keeps_password=True)
OTHER = replace(OWN, address="http://other.example.com:8080")
ENTRY = ("VoiceClone proxy anna@http://proxy.example.com:8080", "token")


def in_use(settings: ProxySettings, keyring: MemoryKeyring) -> ProxyInUse:
    return ProxyInUse(settings=settings, secrets=TokenStore(open_backend=lambda: keyring))


async def password_of(proxy: ProxyInUse) -> str:
    server = (await proxy.choice()).server
    assert server is not None
    return server.password.reveal()


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.mark.parametrize("mode", [ProxyMode.SYSTEM, ProxyMode.NONE])
async def test_without_a_proxy_of_ones_own_no_keyring_is_asked(
    keyring: MemoryKeyring, mode: ProxyMode
) -> None:
    proxy = in_use(replace(KEPT, mode=mode), keyring)
    assert not proxy.needs_keyring
    assert await proxy.choice() == ProxyChoice(mode=mode)
    assert keyring.calls == []


async def test_without_a_kept_password_no_keyring_is_asked(keyring: MemoryKeyring) -> None:
    choice = await in_use(OWN, keyring).choice()
    assert choice.server is not None
    assert (choice.server.address, choice.server.user) == (OWN.address, OWN.user)
    assert keyring.calls == []


async def test_a_kept_password_is_loaded_once_and_late(keyring: MemoryKeyring) -> None:
    keyring.kept[ENTRY] = PASSWORD.reveal()
    proxy = in_use(KEPT, keyring)
    assert keyring.calls == []
    assert proxy.needs_keyring
    assert [await password_of(proxy), await password_of(proxy)] == [PASSWORD.reveal()] * 2
    assert keyring.calls == ["get"]
    assert not proxy.needs_keyring


async def test_a_keyring_that_fails_is_said_and_asked_again(keyring: MemoryKeyring) -> None:
    locked = LockedKeyring()
    locked.kept[ENTRY] = PASSWORD.reveal()
    proxy = in_use(KEPT, locked)
    with pytest.raises(KeyringFailed):
        await proxy.choice()
    locked.is_locked = False
    assert await password_of(proxy) == PASSWORD.reveal()


async def test_a_password_is_kept_in_the_keyring_and_in_use_at_once(keyring: MemoryKeyring) -> None:
    proxy = in_use(ProxySettings(), keyring)
    assert await proxy.change(OWN, password=PASSWORD) == KEPT
    assert keyring.kept == {ENTRY: PASSWORD.reveal()}
    assert proxy.password_place is PasswordPlace.KEYRING
    assert await password_of(proxy) == PASSWORD.reveal()


async def test_nothing_changes_where_the_keyring_fails() -> None:
    proxy = in_use(ProxySettings(), LockedKeyring())
    with pytest.raises(KeyringFailed):
        await proxy.change(OWN, password=PASSWORD)
    assert await proxy.choice() == ProxyChoice()
    assert await proxy.change(OWN, password=PASSWORD, for_this_run=True) == OWN
    assert proxy.password_place is PasswordPlace.THIS_RUN
    assert await password_of(proxy) == PASSWORD.reveal()


@pytest.mark.parametrize("changed", [OTHER, replace(OWN, user="berta")])
async def test_a_password_never_goes_to_another_user_or_proxy(
    keyring: MemoryKeyring, changed: ProxySettings
) -> None:
    keyring.kept[ENTRY] = PASSWORD.reveal()
    proxy = in_use(KEPT, keyring)
    await password_of(proxy)
    assert await proxy.change(changed, password=Secret()) == changed
    assert await password_of(proxy) == ""
    await proxy.forget_former()
    assert keyring.kept == {}


async def test_a_password_stays_while_another_mode_is_chosen(keyring: MemoryKeyring) -> None:
    proxy = in_use(ProxySettings(), keyring)
    await proxy.change(OWN, password=PASSWORD)
    for mode in (ProxyMode.NONE, ProxyMode.OWN):
        await proxy.change(replace(proxy.settings, mode=mode), password=Secret())
        await proxy.forget_former()
    assert await password_of(proxy) == PASSWORD.reveal()
    assert keyring.kept == {ENTRY: PASSWORD.reveal()}


async def test_what_could_not_be_forgotten_is_forgotten_later() -> None:
    keyring = LockedKeyring()
    keyring.kept[ENTRY] = PASSWORD.reveal()
    proxy = in_use(KEPT, keyring)
    await proxy.change(ProxySettings(), password=Secret())
    with pytest.raises(KeyringFailed):
        await proxy.forget_former()
    keyring.is_locked = False
    await proxy.forget_former()
    assert keyring.kept == {}


async def test_a_password_saved_again_is_not_forgotten(keyring: MemoryKeyring) -> None:
    proxy = in_use(ProxySettings(), keyring)
    for settings in (OWN, ProxySettings(), OWN):
        await proxy.change(settings, password=PASSWORD if settings.user else Secret())
    await proxy.forget_former()
    assert keyring.kept == {ENTRY: PASSWORD.reveal()}


async def test_what_is_chosen_while_the_keyring_is_asked_is_taken() -> None:
    keyring = GatedKeyring()
    keyring.kept[ENTRY] = PASSWORD.reveal()
    proxy = in_use(KEPT, keyring)
    waiting = asyncio.ensure_future(proxy.choice())
    await asyncio.to_thread(keyring.reached.wait, 20)
    await proxy.change(OTHER, password=Secret())
    keyring.gate.set()
    server = (await waiting).server
    assert server is not None
    assert (server.address, server.password) == (OTHER.address, Secret())


async def test_a_damaged_address_is_said(keyring: MemoryKeyring) -> None:
    with pytest.raises(NotConnected) as caught:
        await in_use(replace(OWN, address="gopher://x"), keyring).choice()
    assert caught.value.code == "proxy-scheme"

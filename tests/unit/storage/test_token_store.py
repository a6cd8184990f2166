"""What the program relies on in a keyring, whichever it is: kept, found again, forgotten, or said plainly."""

from __future__ import annotations

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable

import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from tests.fakes.keyrings import (
    ForgetfulKeyring,
    GatedKeyring,
    LockedKeyring,
    MemoryKeyring,
    RefusingKeyring,
    WindowsKeyring,
    chain_of,
    file_keyring,
)
from voiceclone_gui.core.errors import Action, KeyringFailed
from voiceclone_gui.core.keyring_facts import KeyringKind
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.token import Token
from voiceclone_gui.storage.token_store import TokenStore

CANARY = "sk-canary-0123456789abcdef"
# Over in the blink of an eye; the keyring that waits for the test waits for good.
SHORT_S = 0.05


def store_over(backend: KeyringBackend, *, limit_s: float = 20.0) -> TokenStore:
    return TokenStore(open_backend=lambda: backend, limit_s=limit_s)


async def refusal(store: TokenStore, *, of: str = "save") -> KeyringFailed:
    """The error of a call, with a look at all that could be shown of it."""
    calls = {
        "save": lambda: store.save("hingnet", Token(CANARY)),
        "load": lambda: store.load("hingnet"),
        "forget": lambda: store.forget("hingnet"),
    }
    with pytest.raises(KeyringFailed) as caught:
        await calls[of]()
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
    assert CANARY not in shown
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


async def test_a_secret_is_kept_found_replaced_and_forgotten() -> None:
    backend = MemoryKeyring()
    store = store_over(backend)
    assert await store.load("hingnet") is None
    await store.save("hingnet", Token(CANARY))
    found = await store.load("hingnet")
    assert found is not None
    assert found.reveal() == CANARY
    assert CANARY not in repr(found)
    await store.save("hingnet", Secret("päss wörd\n"))
    again = await store.load("hingnet")
    assert again is not None
    assert again.reveal() == "päss wörd\n"
    await store.forget("hingnet")
    assert await store.load("hingnet") is None
    await store.forget("hingnet")
    assert backend.calls.count("delete") == 1


async def test_each_key_has_an_entry_of_its_own() -> None:
    backend = MemoryKeyring()
    store = store_over(backend)
    await store.save("hingnet", Token(CANARY))
    await store.save("proxy", Secret("other"))
    assert set(backend.kept) == {("VoiceClone hingnet", "token"), ("VoiceClone proxy", "token")}
    await store.forget("proxy")
    assert list(backend.kept.values()) == [CANARY]


async def test_calls_at_the_same_time_take_turns() -> None:
    backend = MemoryKeyring()
    store = store_over(backend)
    keys = [f"service-{number}" for number in range(8)]
    await asyncio.gather(*(store.save(key, Secret(key)) for key in keys))
    found = await asyncio.gather(*(store.load(key) for key in keys))
    assert [secret.reveal() for secret in found if secret] == keys


async def test_nothing_is_no_secret() -> None:
    with pytest.raises(ValueError, match="no secret"):
        await store_over(MemoryKeyring()).save("hingnet", Secret(""))


FAILING: list[tuple[Callable[[], KeyringBackend], str, tuple[Action, ...]]] = [
    (keyring.backends.fail.Keyring, "keyring-missing", (Action.KEEP_FOR_THIS_RUN,)),
    (keyring.backends.null.Keyring, "keyring-disabled", (Action.KEEP_FOR_THIS_RUN,)),
    (LockedKeyring, "keyring-locked", (Action.UNLOCK_AND_TRY_AGAIN, Action.KEEP_FOR_THIS_RUN)),
    (RefusingKeyring, "keyring-refused", (Action.TRY_AGAIN, Action.KEEP_FOR_THIS_RUN)),
    (ForgetfulKeyring, "keyring-unfaithful", (Action.TRY_AGAIN, Action.KEEP_FOR_THIS_RUN)),
]


@pytest.mark.parametrize(("make", "code", "choices"), FAILING, ids=[code for _, code, _ in FAILING])
async def test_what_goes_wrong_is_said_with_the_ways_out(
    make: Callable[[], KeyringBackend],
    code: str,
    choices: tuple[Action, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    backend = make()
    error = await refusal(store_over(backend))
    assert error.code == code
    assert error.choices == choices
    assert error.action is choices[0]
    assert "for this run only" in error.cure
    assert not getattr(backend, "kept", {})
    assert CANARY not in caplog.text


async def test_what_was_kept_before_survives_a_save_that_failed() -> None:
    backend = ForgetfulKeyring()
    backend.kept["VoiceClone hingnet", "token"] = "old"
    await refusal(store_over(backend))
    assert backend.kept == {("VoiceClone hingnet", "token"): "old"}


@pytest.mark.parametrize("call", ["load", "forget", "save"])
async def test_a_locked_keyring_says_so_to_every_call_and_works_when_it_is_unlocked(call: str) -> None:
    backend = LockedKeyring()
    store = store_over(backend)
    assert (await refusal(store, of=call)).code == "keyring-locked"
    backend.is_locked = False
    await store.save("hingnet", Token(CANARY))
    assert await store.load("hingnet") == Secret(CANARY)


async def test_no_back_end_that_writes_a_file_is_ever_used() -> None:
    plain = file_keyring("keyrings.alt.file", "PlaintextKeyring")
    encrypted = file_keyring("keyrings.alt.file", "EncryptedKeyring")
    crypt = file_keyring("keyrings.cryptfile.cryptfile", "CryptFileKeyring")
    heir = type("Mine", (type(plain),), {})()
    for backend in (plain, encrypted, crypt, heir, chain_of(plain, encrypted)):
        error = await refusal(store_over(backend))
        assert error.code == "keyring-insecure"
        assert error.choices == (Action.KEEP_FOR_THIS_RUN,)
    assert not plain.kept
    assert not encrypted.kept
    assert "keyrings.alt.file.PlaintextKeyring" in (await refusal(store_over(plain))).title


async def test_of_a_chain_only_its_first_safe_member_is_used() -> None:
    plain, safe = file_keyring("keyrings.alt.file", "PlaintextKeyring"), MemoryKeyring()
    store = store_over(chain_of(plain, safe))
    await store.save("hingnet", Token(CANARY))
    assert not plain.kept
    assert list(safe.kept.values()) == [CANARY]
    nobody = await refusal(store_over(chain_of()))
    assert nobody.code == "keyring-missing"


async def test_windows_takes_1280_characters_and_others_take_more() -> None:
    windows = WindowsKeyring()
    store = store_over(windows)
    await store.save("hingnet", Secret("x" * 1280))
    for too_long in ("x" * 1281, "😀" * 641):
        with pytest.raises(KeyringFailed) as caught:
            await store.save("hingnet", Secret(too_long))
        assert caught.value.code == "keyring-too-long"
        assert "Windows Credential Manager takes 1280 at most" in caught.value.title
        assert caught.value.choices == (Action.KEEP_FOR_THIS_RUN,)
    assert list(windows.kept.values()) == ["x" * 1280]
    other = MemoryKeyring()
    await store_over(other).save("hingnet", Secret("x" * 5000))
    assert list(other.kept.values()) == ["x" * 5000]


@pytest.mark.parametrize("call", ["save", "load", "forget"])
async def test_a_keyring_that_waits_for_its_user_lets_the_program_go_on(call: str) -> None:
    backend = GatedKeyring()
    store = store_over(backend, limit_s=SHORT_S)
    try:
        slow = await refusal(store, of=call)
        assert slow.code == "keyring-slow"
        assert slow.choices == (Action.UNLOCK_AND_TRY_AGAIN, Action.KEEP_FOR_THIS_RUN)
        for of in ("save", "load", "forget"):
            assert (await refusal(store, of=of)).code == "keyring-waiting"
        assert len(backend.threads) == 1
    finally:
        backend.gate.set()
    await asyncio.to_thread(backend.threads.copy().pop().join, 10)
    # Given up is given up: nothing was kept or forgotten behind the user's back.
    assert "set" not in backend.calls
    assert "delete" not in backend.calls
    patient = store_over(backend)
    await patient.save("hingnet", Token(CANARY))
    assert await patient.load("hingnet") == Secret(CANARY)


async def test_the_same_store_works_again_once_the_keyring_has_answered() -> None:
    backend = GatedKeyring()
    store = store_over(backend, limit_s=SHORT_S)
    assert (await refusal(store)).code == "keyring-slow"
    backend.gate.set()
    (thread,) = backend.threads
    await asyncio.to_thread(thread.join, 10)
    assert await store.load("hingnet") is None


@pytest.mark.parametrize("before", [None, "old"])
async def test_a_save_that_was_given_up_while_it_was_written_is_taken_back(before: str | None) -> None:
    backend = GatedKeyring(at="set")
    if before is not None:
        backend.kept["VoiceClone hingnet", "token"] = before
    kept = dict(backend.kept)
    store = store_over(backend, limit_s=SHORT_S)
    assert (await refusal(store)).code == "keyring-slow"
    backend.gate.set()
    (thread,) = backend.threads
    await asyncio.to_thread(thread.join, 10)
    assert backend.calls[1] == "set"
    assert backend.kept == kept


async def test_a_cancelled_save_writes_nothing() -> None:
    backend = GatedKeyring()
    saving = asyncio.ensure_future(store_over(backend).save("hingnet", Token(CANARY)))
    await asyncio.to_thread(backend.reached.wait, 10)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    backend.gate.set()
    (thread,) = backend.threads
    await asyncio.to_thread(thread.join, 10)
    assert backend.kept == {}


async def test_a_keyring_that_can_not_even_be_found_is_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    assert (await refusal(TokenStore())).code == "keyring-missing"


async def test_the_tests_own_keyring_keeps_nothing() -> None:
    facts = await TokenStore().describe()
    assert facts.kind is KeyringKind.NONE
    assert facts.problem is not None
    assert facts.problem.code == "keyring-disabled"


def named(module: str, name: str) -> KeyringBackend:
    return file_keyring(module, name)


@pytest.mark.parametrize(
    ("backend", "kind", "name", "problem"),
    [
        (WindowsKeyring(), KeyringKind.WINDOWS_CREDENTIALS, "Windows Credential Manager", None),
        (named("keyring.backends.macOS", "Keyring"), KeyringKind.MACOS_KEYCHAIN, "macOS Keychain", None),
        (named("keyring.backends.kwallet", "DBusKeyring"), KeyringKind.KWALLET, "KWallet", None),
        (named("keyring_pass", "PasswordStore"), KeyringKind.OTHER, "keyring_pass", None),
        (keyring.backends.fail.Keyring(), KeyringKind.NONE, "", "keyring-missing"),
        (named("keyrings.alt.file", "PlaintextKeyring"), KeyringKind.NONE, "", "keyring-insecure"),
    ],
    ids=lambda value: getattr(type(value), "__module__", None),
)
async def test_keyrings_have_the_names_that_people_know(
    backend: KeyringBackend, kind: KeyringKind, name: str, problem: str | None
) -> None:
    facts = await store_over(backend).describe()
    assert (facts.kind, facts.name) == (kind, name)
    assert (facts.problem and facts.problem.code) == problem


async def test_a_description_that_hangs_is_said_too() -> None:
    held = threading.Event()

    def open_late() -> KeyringBackend:
        assert held.wait(20)
        return MemoryKeyring()

    store = TokenStore(open_backend=open_late, limit_s=SHORT_S)
    try:
        with pytest.raises(KeyringFailed) as caught:
            await store.describe()
    finally:
        held.set()
    assert caught.value.code == "keyring-slow"
    assert caught.value.title.startswith("The keyring ")

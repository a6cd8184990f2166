"""A program of its own that keeps a token in the system's keyring: one line of JSON for each order.

Orders come as lines on standard input, ``save KEY SECRET``, ``load KEY``, ``forget KEY``, ``describe``,
``lock`` and ``unlock``; the last two act on the Secret Service itself, as its own window would.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import closing

from voiceclone_gui.core.errors import KeyringFailed
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.storage.token_store import TokenStore

# What the keyring of the test was made with; it opens nothing else.
KEYRING_PASSWORD = b"test"


async def main() -> None:
    store = TokenStore()
    for line in sys.stdin:
        try:
            answer = await obey(store, line.split())
        except KeyringFailed as error:
            answer = {"code": error.code, "text": str(error), "choices": error.choices}
        print(json.dumps(answer), flush=True)


async def obey(store: TokenStore, words: list[str]) -> object:
    match words:
        case ["save", key, secret]:
            return await store.save(key, Secret(secret))
        case ["load", key]:
            found = await store.load(key)
            return found and found.reveal()
        case ["forget", key]:
            return await store.forget(key)
        case ["describe"]:
            facts = await store.describe()
            return {"kind": facts.kind, "name": facts.name, "problem": facts.problem and facts.problem.code}
        case ["lock"]:
            return lock()
        case ["unlock"]:
            return unlock()
    raise ValueError(words)


def lock() -> None:
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


def unlock() -> None:
    """As gnome-keyring's own window does it, once somebody has typed the password."""
    import secretstorage
    from jeepney import DBusAddress, MessageType, new_method_call
    from secretstorage.util import format_secret, open_session

    service = DBusAddress(
        "/org/freedesktop/secrets",
        bus_name="org.freedesktop.secrets",
        interface="org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
    )
    with closing(secretstorage.dbus_init()) as connection:
        collection = secretstorage.get_default_collection(connection)
        secret = format_secret(open_session(connection), KEYRING_PASSWORD, "text/plain")
        call = new_method_call(
            service, "UnlockWithMasterPassword", "o(oayays)", (collection.collection_path, secret)
        )
        answer = connection.send_and_get_reply(call)
        assert answer.header.message_type is MessageType.method_return, answer.body


if __name__ == "__main__":
    asyncio.run(main())

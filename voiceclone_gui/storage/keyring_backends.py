"""The keyrings that there are: which may be used, what people call them, and how their failures are said.

Everything here may block and belongs in a thread. Back ends are told by the names of their classes, so
that none has to be imported on a system that lacks it.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from voiceclone_gui.core.errors import KeyringFailed
from voiceclone_gui.core.keyring_facts import KeyringFacts, KeyringKind

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

UNKNOWN_NAME = "The keyring"
# CRED_MAX_CREDENTIAL_BLOB_SIZE is 2,560 bytes, and Windows stores UTF-16.
WINDOWS_MAX_UNITS = 1280

_WINDOWS = "keyring.backends.Windows.WinVaultKeyring"
_CHAINER = "keyring.backends.chainer.ChainerBackend"
_FAIL = "keyring.backends.fail.Keyring"
_NULL = "keyring.backends.null.Keyring"
_SECRET_SERVICES = {"keyring.backends.SecretService.Keyring", "keyring.backends.libsecret.Keyring"}
# Back ends of files: plain text, or encrypted under a password that would have to be kept somewhere.
_FILE_PACKAGES = ("keyrings.alt.", "keyrings.cryptfile.")
_NAMES = {
    _WINDOWS: (KeyringKind.WINDOWS_CREDENTIALS, "Windows Credential Manager"),
    "keyring.backends.macOS.Keyring": (KeyringKind.MACOS_KEYCHAIN, "macOS Keychain"),
    "keyring.backends.kwallet.DBusKeyring": (KeyringKind.KWALLET, "KWallet"),
}
# The program behind org.freedesktop.secrets, by the start of its process's name.
_SECRET_SERVICE_PROGRAMS = {
    "gnome-keyring": (KeyringKind.GNOME_KEYRING, "GNOME Keyring"),
    "keepassxc": (KeyringKind.KEEPASSXC, "KeePassXC"),
    "kwalletd": (KeyringKind.KWALLET, "KWallet"),
    "ksecretd": (KeyringKind.KWALLET, "KWallet"),
}
_LOCKED_ERRORS = {"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"}


def open_system_backend() -> KeyringBackend:
    """The back end that keyring finds or is told to use. Raises ``KeyringFailed``."""
    try:
        # Takes 0.1 to 0.2 s: not at the start of the program.
        import keyring

        return keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - a back end named in the environment may fail in any way
        missing = KeyringFailed("keyring-missing", detail=type(error).__name__)
    raise missing


def usable_backend(backend: KeyringBackend) -> KeyringBackend:
    """``backend``, or the best of several that it stands for.

    Raises ``KeyringFailed`` for none, for one that keeps nothing, and for one that writes to a file.
    """
    names = _class_names(backend)
    if _CHAINER in names:
        return _best_of_chain(backend)
    if _FAIL in names:
        raise KeyringFailed("keyring-missing")
    shown = f"{type(backend).__module__}.{type(backend).__qualname__}"
    if _NULL in names:
        raise KeyringFailed("keyring-disabled", keyring=shown)
    if any(name.startswith(_FILE_PACKAGES) for name in names):
        raise KeyringFailed("keyring-insecure", keyring=shown)
    return backend


def check_length(backend: KeyringBackend, secret: str) -> None:
    """Raise ``KeyringFailed`` where ``backend`` can't hold so long a secret."""
    if _WINDOWS not in _class_names(backend):
        return
    length = len(secret.encode("utf-16-le", "surrogatepass")) // 2
    if length > WINDOWS_MAX_UNITS:
        raise KeyringFailed(
            "keyring-too-long", keyring=_NAMES[_WINDOWS][1], length=length, maximum=WINDOWS_MAX_UNITS
        )


def describe_backend(backend: KeyringBackend) -> KeyringFacts:
    """What people call ``backend``; of a Secret Service the program that runs it, where that can be told."""
    names = _class_names(backend)
    for name in names:
        if name in _NAMES:
            kind, shown = _NAMES[name]
            return KeyringFacts(kind=kind, name=shown)
    if _SECRET_SERVICES & set(names):
        program = _secret_service_program()
        for start, (kind, shown) in _SECRET_SERVICE_PROGRAMS.items():
            if program.startswith(start):
                return KeyringFacts(kind=kind, name=shown)
        return KeyringFacts(kind=KeyringKind.SECRET_SERVICE, name="Secret Service")
    return KeyringFacts(kind=KeyringKind.OTHER, name=type(backend).__module__.rpartition(".")[2])


def failure_of(error: Exception, *, name: str) -> KeyringFailed:
    """Our error for a back end's. Its text is left out: nobody knows what a back end writes into it."""
    if isinstance(error, KeyringFailed):
        return error
    kind = type(error).__name__
    if kind in _LOCKED_ERRORS:
        return KeyringFailed("keyring-locked", keyring=name)
    if kind == "NoKeyringError":
        return KeyringFailed("keyring-missing")
    return KeyringFailed("keyring-refused", keyring=name, reason=kind)


def _class_names(backend: KeyringBackend) -> list[str]:
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(backend).__mro__]


def _best_of_chain(chain: KeyringBackend) -> KeyringBackend:
    # A chain writes to the next one where the first declines: the secret could end up in a file.
    problem = KeyringFailed("keyring-missing")
    for member in getattr(chain, "backends", ()):
        try:
            return usable_backend(member)
        except KeyringFailed as error:
            problem = error
    raise problem


def _secret_service_program() -> str:
    """The name of the process that owns the Secret Service's name; ``""`` where it can't be told."""
    try:
        import secretstorage
        from jeepney import DBusAddress, MessageType, new_method_call

        bus = DBusAddress(
            "/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus"
        )
        question = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
        with closing(secretstorage.dbus_init()) as connection:
            answer = connection.send_and_get_reply(question)
        if answer.header.message_type is not MessageType.method_return:
            return ""
        return Path(f"/proc/{answer.body[0]}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except Exception:  # noqa: BLE001 - only a name is lost
        return ""

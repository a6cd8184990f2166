"""Whom to trust: the system's certificates and those of ``SSL_CERT_FILE``; and what a refusal means."""

from __future__ import annotations

import contextlib
import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path

import truststore

from voiceclone_gui.core.errors import NotConnected
from voiceclone_gui.core.fields import Field
from voiceclone_gui.core.problems import Problem, Severity

_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"
# Numbers of OpenSSL, of Windows (CERT_E_...) and of macOS (errSec...), as truststore hands them on.
_EXPIRED = {9, 10, 0x800B0101, -67818, -67819}
_OTHER_NAME = {62, 64, 0x800B010F, -67602}
_UNKNOWN = {18, 19, 20, 21, 0x800B0109, 0x800B010A, -67843}
_NOT_TLS = re.compile(r"WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE")


def make_tls_context(environment: Mapping[str, str] | None = None) -> ssl.SSLContext:
    """A context that trusts what the system trusts and ``SSL_CERT_FILE``; takes its time, for a thread."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    path = (os.environ if environment is None else environment).get(_FILE, "")
    if path:
        # Windows and macOS don't look there by themselves. What is wrong with it, the problem below says.
        with contextlib.suppress(OSError):
            context.load_verify_locations(cafile=path)
    return context


def certificate_problem(environment: Mapping[str, str] | None = None) -> Problem | None:
    """What is wrong with ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``, ``None`` where they are unset or good."""
    variables = os.environ if environment is None else environment
    path = variables.get(_FILE, "")
    if path and not Path(path).is_file():
        return _problem("certificates-file-missing", path)
    if path and not _holds_certificate(path):
        return _problem("certificates-file-useless", path)
    folders = variables.get(_FOLDER, "")
    if folders and not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
        return _problem("certificates-folder-missing", folders)
    return None


def tls_failure(error: ssl.SSLError, *, host: str, detail: str) -> NotConnected:
    """Which of the reasons for an unsafe connection it is, each with a sentence of its own."""
    number = getattr(error, "verify_code", 0)
    if number in _EXPIRED:
        return NotConnected("connect-tls-expired", host=host, detail=detail)
    if number in _OTHER_NAME:
        return NotConnected("connect-tls-name", host=host, detail=detail)
    if number in _UNKNOWN:
        problem = certificate_problem()
        if problem is not None:
            return NotConnected(problem.code, field=problem.field, detail=detail, **problem.values)  # type: ignore[arg-type]
        return NotConnected("connect-tls-unknown", host=host, detail=detail)
    if _NOT_TLS.search(str(error)):
        return NotConnected("connect-tls-none", host=host, detail=detail)
    return NotConnected("connect-tls", host=host, detail=detail)


def _holds_certificate(path: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except OSError:
        return False
    return True


def _problem(code: str, path: str) -> Problem:
    return Problem(
        field=Field.CERTIFICATES, code=code, values={"path": path[:200]}, severity=Severity.WARNING
    )

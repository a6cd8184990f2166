"""Whom the program trusts, in a process of its own: the environment is read where a program starts."""

from __future__ import annotations

import datetime as dt
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from tests.fakes.raw_server import RawServer, http_answer
from voiceclone_gui.api.certificates import certificate_problem, tls_failure

ROOT = Path(__file__).parents[3]
FILES: dict[str, object] = {"files": [], "base_resp": {"status_code": 0}}
# By number: a bare system has no name for itself.
HOST = "127.0.0.1"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    """An authority of an office, and the file that it gives to its people."""
    made, path = trustme.CA(), tmp_path / "office.pem"
    made.cert_pem.write_to_path(str(path))
    return made, str(path)


def tls_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def said_by_program(certificate: trustme.LeafCert, **environment: str) -> dict[str, str] | None:
    """What a program says that calls this computer by https behind which ``certificate`` is shown."""
    with RawServer([http_answer(FILES)], tls=tls_with(certificate)) as service:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fakes.https_program", f"https://{HOST}:{service.port}"],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    said: dict[str, str] | None = json.loads(done.stdout)
    return said


def test_an_offices_authority_is_trusted_by_ssl_cert_file(authority: tuple[trustme.CA, str]) -> None:
    made, path = authority
    assert said_by_program(made.issue_cert(HOST), SSL_CERT_FILE=path) is None


@pytest.mark.parametrize(
    ("certificate", "is_known", "code", "words"),
    [
        ("good", False, "connect-tls-unknown", "nobody that this computer trusts"),
        ("expired", True, "connect-tls-expired", "not valid today"),
        ("early", True, "connect-tls-expired", "not valid today"),
        ("other name", True, "connect-tls-name", "belongs to another name"),
    ],
)
def test_each_bad_certificate_has_a_sentence_of_its_own(
    authority: tuple[trustme.CA, str], certificate: str, is_known: bool, code: str, words: str
) -> None:
    made, path = authority
    issued = {
        "good": lambda: made.issue_cert(HOST),
        "expired": lambda: made.issue_cert(HOST, not_before=LONG_AGO, not_after=LONG_AGO.replace(year=2021)),
        "early": lambda: made.issue_cert(HOST, not_before=LONG_AGO.replace(year=2037)),
        "other name": lambda: made.issue_cert("elsewhere.example"),
    }[certificate]()
    said = said_by_program(issued, **({"SSL_CERT_FILE": path} if is_known else {}))
    assert said is not None
    assert said["code"] == code
    assert words in said["title"]
    assert HOST in said["title"]


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("SSL_CERT_FILE", "{folder}/nowhere.pem", "certificates-file-missing"),
        ("SSL_CERT_FILE", "{folder}", "certificates-file-missing"),
        ("SSL_CERT_FILE", "{folder}/letter.txt", "certificates-file-useless"),
        ("SSL_CERT_DIR", "{folder}/nowhere", "certificates-folder-missing"),
    ],
)
def test_a_variable_that_leads_nowhere_is_named_with_its_cure(
    authority: tuple[trustme.CA, str], tmp_path: Path, variable: str, value: str, code: str
) -> None:
    (tmp_path / "letter.txt").write_text("Dear colleague,\n", encoding="utf-8")
    path = value.format(folder=tmp_path)
    said = said_by_program(authority[0].issue_cert(HOST), **{variable: path})
    assert said is not None
    assert said["code"] == code
    assert path in said["title"]
    assert variable in said["title"]
    assert variable in said["cure"]


def test_good_and_missing_settings_are_no_problem(authority: tuple[trustme.CA, str], tmp_path: Path) -> None:
    assert certificate_problem({}) is None
    assert certificate_problem({"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}) is None
    assert certificate_problem({"SSL_CERT_FILE": authority[1], "SSL_CERT_DIR": str(tmp_path)}) is None
    assert certificate_problem({"SSL_CERT_DIR": os.pathsep.join(["/no/such", str(tmp_path)])}) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0x800B0101, "connect-tls-expired"),
        (0x800B010F, "connect-tls-name"),
        (0x800B0109, "connect-tls-unknown"),
        (-67818, "connect-tls-expired"),
        (-67602, "connect-tls-name"),
        (-67843, "connect-tls-unknown"),
        (1, "connect-tls"),
    ],
)
def test_the_numbers_of_other_systems_mean_the_same(number: int, code: str) -> None:
    error = ssl.SSLCertVerificationError("refused")
    error.verify_code = number
    assert tls_failure(error, host="h", detail="").code == code

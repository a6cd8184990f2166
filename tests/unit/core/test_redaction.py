"""A canary that must not sing, however it is logged."""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.proxies import SOCKS_NAME
from tests.fakes.raw_server import RawAnswer, RawServer
from voiceclone_gui.api.network import open_http_client
from voiceclone_gui.core.proxy import ProxyChoice, ProxyMode, ProxyServer
from voiceclone_gui.core.redaction import RedactingFilter
from voiceclone_gui.core.secret import Secret
from voiceclone_gui.core.token import Token

CANARY = "sk-canary+0123/456789=äbc d'ef"
TOKEN = "sk-canary-0123456789abcdef"


class Log:
    """A logger of the program's below a root of its own, whose handler has the filter."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.root = logging.getLogger("cage")
        self.root.propagate = False
        self.root.setLevel(logging.DEBUG)
        handler = logging.StreamHandler(self.text)
        handler.setFormatter(
            logging.Formatter("%(levelname)s %(name)s %(message)s %(extra)s", defaults={"extra": ""})
        )
        self.root.addHandler(handler)
        self.filter = RedactingFilter()
        self.filter.install(self.root)
        self.child = logging.getLogger("cage.perch")

    @property
    def written(self) -> str:
        return self.text.getvalue()


@pytest.fixture
def log() -> Iterator[Log]:
    made = Log()
    made.filter.register(Secret(CANARY))
    made.filter.register(Token(TOKEN))
    yield made
    assert CANARY not in made.written
    assert TOKEN not in made.written
    made.root.handlers.clear()
    # The fallback of all loggers got the filter too; it is everybody's.
    assert logging.lastResort is not None
    logging.lastResort.removeFilter(made.filter)


FORMS = [
    CANARY,
    repr(CANARY),
    repr(CANARY.encode()),
    json.dumps({"password": CANARY}),
    quote(CANARY),
    quote(CANARY, safe=""),
    quote_plus(CANARY),
    quote(CANARY, safe="").lower(),
    urlencode({"password": CANARY}),
    f"http://user:{quote(CANARY, safe='')}@proxy:3128",
    base64.b64encode(CANARY.encode()).decode(),
    base64.urlsafe_b64encode(CANARY.encode()).decode(),
    "Basic " + base64.b64encode(f"u:{CANARY}".encode()).decode(),
    "Basic " + base64.b64encode(f"us:{CANARY}".encode()).decode(),
    "Basic " + base64.b64encode(f"user:{CANARY}".encode()).decode(),
    f"Bearer {TOKEN}",
    str(httpx.Headers({"Authorization": f"Bearer {TOKEN}"}).raw),
]


def sings(text: str) -> list[str]:
    """Readable pieces of the canary that are left: of its plain form and of its encoded ones."""
    pieces = ("canary", "0123", "456789", "äbc", "%C3%A4bc", base64.b64encode(b"anary+0123/4").decode()[:14])
    return [piece for piece in pieces if piece in text]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_replaced_in_message_and_arguments(log: Log, form: str) -> None:
    log.child.error("it said: %s", form)
    message = f"it said: {form}"
    log.child.error(message)
    assert sings(log.written) == []
    assert log.written.count("•••") >= 2
    assert log.written.count("ERROR cage.perch it said: ") == 2


def test_arguments_of_any_kind_are_replaced(log: Log) -> None:
    log.child.warning("%r %s", {"password": CANARY}, [TOKEN])
    log.child.warning("%(password)s", {"password": CANARY})
    log.child.warning(ValueError(CANARY))
    log.child.warning("with more", extra={"extra": f"password {CANARY}"})
    assert sings(log.written) == []
    assert "with more password •••" in log.written


def test_a_traceback_with_all_its_causes_is_replaced(log: Log) -> None:
    try:
        try:
            raise ValueError(f"bad password {CANARY}")
        except ValueError as error:
            raise RuntimeError(f"proxy http://u:{quote(CANARY, safe='')}@p") from error
    except RuntimeError:
        log.child.exception("failed", stack_info=True)
    assert sings(log.written) == []
    assert "ValueError: bad password •••" in log.written
    assert "RuntimeError: proxy http://u:•••@p" in log.written
    assert "test_redaction.py" in log.written


def test_arguments_that_do_not_fit_are_not_printed_raw(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    log.child.error("%d of %s", CANARY)
    assert "can't be filled in: TypeError" in log.written
    assert capsys.readouterr().err == ""


def test_what_holds_no_secret_stays_as_it_is(log: Log) -> None:
    log.child.info("100 %% of %s, %d files", "sk-other", 3)
    assert log.written == "INFO cage.perch 100 % of sk-other, 3 files \n"


def test_an_empty_secret_hides_nothing() -> None:
    redacting = RedactingFilter()
    redacting.register(Secret(""))
    assert redacting.redact("as it was") == "as it was"


def test_a_secret_inside_a_longer_one_leaves_nothing_of_it() -> None:
    redacting = RedactingFilter()
    redacting.register(Secret("canary"))
    redacting.register(Secret("canary-and-more"))
    assert redacting.redact("it is canary-and-more.") == "it is •••."


@given(secret=st.text(min_size=6, max_size=40), before=st.text(max_size=5), after=st.text(max_size=5))
def test_any_secret_is_found_wherever_it_begins(secret: str, before: str, after: str) -> None:
    redacting = RedactingFilter()
    redacting.register(Secret(secret))
    text = f"{before}{secret}{after}"
    assert secret not in redacting.redact(text) or secret in "•••"
    raw = secret.encode("utf-8", "surrogatepass")
    whole = base64.b64encode(before.encode("utf-8", "surrogatepass") + raw + b"...")
    assert "•••" in redacting.redact(whole.decode())


async def test_what_the_http_library_tells_of_a_proxys_password_is_hidden(log: Log) -> None:
    library = logging.getLogger("httpcore")
    handler, level = log.root.handlers[0], library.level
    library.addHandler(handler)
    library.setLevel(logging.DEBUG)
    try:
        with RawServer([RawAnswer(content=b"\x05\x02", read_head=False)]) as proxy:
            server = ProxyServer(
                scheme="socks5", host="127.0.0.1", port=proxy.port, user="anna", password=Secret(CANARY)
            )
            choice = ProxyChoice(mode=ProxyMode.OWN, server=server)
            async with await open_http_client(proxy=choice) as client:
                with pytest.raises(Exception, match="proxy"):
                    await client.get(f"http://{SOCKS_NAME}")
    finally:
        library.removeHandler(handler)
        library.setLevel(level)
    assert "setup_socks5_connection.started" in log.written
    assert "anna" in log.written
    assert sings(log.written) == []

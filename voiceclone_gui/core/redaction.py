"""Secrets taken out of whatever is logged, also by libraries that know nothing of them."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from voiceclone_gui.core.secret import MASK, Secret

# Shorter pieces of base64 would be found where no secret is.
_BASE64_MIN = 6


class RedactingFilter(logging.Filter):
    """Replaces every registered secret in message, arguments, traceback, stack and extra texts.

    It belongs on handlers: a filter of a logger sees only what is logged to that very logger, not what
    comes up from those below it. httpcore, for one, logs a SOCKS proxy's password at DEBUG. May be used
    from any thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._forms: tuple[str, ...] = ()

    def register(self, secret: Secret) -> None:
        """Hide ``secret`` from now on, for the life of the program; an empty one is none."""
        if not secret:
            return
        with self._lock:
            forms = {*self._forms, *_forms_of(secret.reveal())}
            # The longest first: a part of it would leave the rest to be seen.
            self._forms = tuple(sorted(forms, key=len, reverse=True))

    def install(self, logger: logging.Logger) -> None:
        """Put it on all handlers of ``logger``, and on the one that stands in where there is none."""
        for handler in (*logger.handlers, logging.lastResort):
            if handler is not None and self not in handler.filters:
                handler.addFilter(self)

    def redact(self, text: str) -> str:
        """``text`` with each secret replaced, in whichever form it stands there."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean ``record``, for this handler and all that come after it; none is dropped."""
        try:
            message = record.getMessage()
        except Exception as error:  # noqa: BLE001 - arguments that don't fit would be printed as they are
            message = f"{record.msg} (can't be filled in: {type(error).__name__})"
        record.msg, record.args = self.redact(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        # What is left of the error itself could be formatted once more.
        record.exc_info = None
        for name, value in vars(record).items():
            if isinstance(value, str):
                setattr(record, name, self.redact(value))
        return True


def _forms_of(secret: str) -> Iterator[str]:
    """How a secret is written: plain, escaped, for addresses, and inside base64 wherever it begins."""
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield repr(secret)[1:-1]
    yield repr(raw)[2:-1]
    yield json.dumps(secret)[1:-1]
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw), quote_plus(raw, safe="/")):
        yield quoted
        yield quoted.lower()
    for before in range(3):
        # Base64 writes 6 bits a character: what stands in front shifts it, and its ends are shared.
        encoded = base64.b64encode(bytes(before) + raw).decode("ascii")
        inner = encoded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        if len(inner) >= _BASE64_MIN:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")

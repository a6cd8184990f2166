"""From what came back, or didn't, to one error of ours.

Success = HTTP 2xx and a JSON object and ``base_resp.status_code == 0`` (contract, section 6). Gateways and
proxies on the way have shapes of their own; none of their bodies is ever shown raw.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from voiceclone_gui.api.codes import CODES, error_for_code
from voiceclone_gui.core.errors import (
    AccessRefused,
    AnswerUnreadable,
    NotOffered,
    OutOfCredit,
    RequestRefused,
    ServiceError,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    WrongAddress,
)
from voiceclone_gui.core.fields import Field

DETAIL_MAX = 300
_TRACE_HEADERS = ("trace-id", "minimax-request-id", "x-mm-request-id", "x-oneapi-request-id", "x-request-id")
_REQUEST_ID = re.compile(r"request[ _-]?id:?\s*([A-Za-z0-9-]{8,64})", re.IGNORECASE)
_QUOTA = re.compile(r"quota|insufficient|balance|credit|额度|余额", re.IGNORECASE)
_NO_CHANNEL = re.compile(r"channel|渠道", re.IGNORECASE)

_PLAIN_STATUSES: Mapping[int, tuple[type[ServiceError], str, Field | None]] = {
    401: (TokenRefused, "token-refused", Field.TOKEN),
    402: (OutOfCredit, "out-of-credit", None),
    403: (AccessRefused, "access-refused", None),
    413: (RequestRefused, "too-large", Field.RECORDING),
    429: (SlowDown, "slow-down", None),
}
# After these nobody knows whether the request was worked on.
_UNCERTAIN_STATUSES = {408, 409, 425, 499}


@dataclass(frozen=True, kw_only=True)
class RawAnswer:
    """An HTTP answer with its body read: header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    host: str
    call: str
    optional: bool = False

    @property
    def is_success(self) -> bool:
        """Whether HTTP calls it a success; that alone means nothing yet."""
        return 200 <= self.status < 300

    @property
    def is_html(self) -> bool:
        """Whether this is a web page, by its type or by its content."""
        start = self.body.lstrip()[:15].lower()
        return "text/html" in self.headers.get("content-type", "").lower() or start.startswith(
            (b"<!doctype html", b"<html")
        )


def read_answer(answer: RawAnswer) -> tuple[dict[str, Any], str]:
    """The JSON object of a successful answer and its trace id; every other answer raises its error."""
    try:
        return _read(answer)
    except ServiceError as error:
        error.http_status = answer.status
        raise


def _read(answer: RawAnswer) -> tuple[dict[str, Any], str]:
    parsed = _parse_object(answer.body)
    trace_id = trace_id_of(answer, parsed or {})
    if parsed is not None:
        _raise_business_error(answer, parsed, trace_id)
        _raise_gateway_error(answer, parsed, trace_id)
    if not answer.is_success:
        raise _error_for_status(answer, message=_message_of(parsed or {}), trace_id=trace_id)
    if parsed is None:
        raise _error_for_unreadable(answer, trace_id)
    return parsed, trace_id


def shorten(text: object) -> str:
    """What the other side said, on one line, printable and at most ``DETAIL_MAX`` characters."""
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= DETAIL_MAX else line[: DETAIL_MAX - 1] + "…"


def trace_id_of(answer: RawAnswer, parsed: Mapping[str, Any] | None = None) -> str:
    """The id that support asks for, from the headers, the body or a gateway's message; ``""`` for none."""
    body = parsed or {}
    candidates = [answer.headers.get(name) for name in _TRACE_HEADERS]
    candidates += [body.get("trace_id"), body.get("request_id")]
    for candidate in candidates:
        if isinstance(candidate, str) and re.fullmatch(r"[A-Za-z0-9_.:-]{4,128}", candidate.strip()):
            return candidate.strip()
    in_message = _REQUEST_ID.search(_message_of(body))
    return in_message[1] if in_message else ""


def parse_retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, from its number or its date; ``None`` if unreadable."""
    if not value:
        return None
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value.strip()):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def whole_number(value: object) -> int | None:
    """An int, or a string of digits as one; ``None`` for anything else (a bool is no number)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value.strip()):
        return int(value)
    return None


def _parse_object(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _raise_business_error(answer: RawAnswer, parsed: dict[str, Any], trace_id: str) -> None:
    base_resp = parsed.get("base_resp")
    if not isinstance(base_resp, dict):
        return
    service_code = whole_number(base_resp.get("status_code"))
    if service_code is None:
        if base_resp.get("status_code") is not None and answer.is_success:
            raise _unreadable(answer, "its status code is not a number", trace_id)
        return
    if service_code != 0:
        error = error_for_code(service_code, message=shorten(base_resp.get("status_msg")), trace_id=trace_id)
        raise _with_wait(error, answer)


def _raise_gateway_error(answer: RawAnswer, parsed: dict[str, Any], trace_id: str) -> None:
    error = parsed.get("error")
    if not (error or parsed.get("success") is False or parsed.get("type") == "error"):
        return
    message = _message_of(parsed)
    service_code = _upstream_code(error, message)
    if service_code is not None:
        raise _with_wait(error_for_code(service_code, message=message, trace_id=trace_id), answer)
    named = whole_number(error.get("http_code")) if answer.is_success and isinstance(error, dict) else None
    status = answer.status if named is None else named
    if 200 <= status < 300:
        raise ServiceTrouble("request-refused", trace_id=trace_id, detail=message)
    raise _error_for_status(answer, message=message, trace_id=trace_id, status=status, from_gateway=True)


def _upstream_code(error: object, message: str) -> int | None:
    code = whole_number(error.get("code")) if isinstance(error, dict) else None
    if code in CODES:
        return code
    for number in re.findall(r"\(([0-9]{4,5})\)|(?:code|status)[\"' :=]+([0-9]{4,5})\b", message):
        found = int(number[0] or number[1])
        if found in CODES:
            return found
    return None


def _message_of(parsed: Mapping[str, Any]) -> str:
    error = parsed.get("error")
    if isinstance(error, dict):
        return shorten(error.get("message"))
    if isinstance(error, str):
        return shorten(error)
    return shorten(parsed.get("message"))


def _error_for_status(
    answer: RawAnswer, *, message: str, trace_id: str, status: int | None = None, from_gateway: bool = False
) -> ServiceError:
    status = answer.status if status is None else status
    error: ServiceError
    if 300 <= status < 400:
        error = WrongAddress("wrong-address-redirect", field=Field.BASE_URL, url=answer.url)
    elif status in {404, 405, 501} and answer.optional:
        error = NotOffered("not-offered", call=answer.call)
    elif status in {404, 405}:
        error = WrongAddress("wrong-address", field=Field.BASE_URL, url=answer.url)
    elif status == 429 and _QUOTA.search(message):
        error = OutOfCredit("out-of-credit")
    elif status == 503 and from_gateway and _NO_CHANNEL.search(message):
        error = ServiceTrouble("service-busy")
    elif status in _PLAIN_STATUSES:
        kind, code, field = _PLAIN_STATUSES[status]
        error = kind(code, field=field)
    elif status < 500 and status not in _UNCERTAIN_STATUSES:
        error = RequestRefused("request-refused")
    else:
        error = ServiceTrouble("service-trouble", status=status)
    error.detail, error.trace_id = message, trace_id
    return _with_wait(error, answer)


def _with_wait(error: ServiceError, answer: RawAnswer) -> ServiceError:
    if isinstance(error, SlowDown | ServiceTrouble):
        error.retry_after_s = parse_retry_after(answer.headers.get("retry-after"))
    return error


def _error_for_unreadable(answer: RawAnswer, trace_id: str) -> ServiceError:
    if answer.is_html and answer.optional:
        return NotOffered("not-offered", trace_id=trace_id, call=answer.call)
    if answer.is_html:
        return WrongAddress("wrong-address", field=Field.BASE_URL, trace_id=trace_id, url=answer.url)
    reason = "it is incomplete or not JSON" if answer.body else "it is empty"
    return _unreadable(answer, reason, trace_id)


def _unreadable(answer: RawAnswer, reason: str, trace_id: str) -> AnswerUnreadable:
    return AnswerUnreadable("answer-unreadable", trace_id=trace_id, host=answer.host, reason=reason)

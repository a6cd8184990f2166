"""Wrong answers as they were seen in the wild (contract, section 6), ready for a fault script."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final

from voiceclone_gui.practice.answers import Json, base_resp
from voiceclone_gui.practice.demo_links import expired
from voiceclone_gui.practice.faults import Answer, Reply, Rewrite

JSON_TYPE: Final = "application/json; charset=utf-8"
HTML_TYPE: Final = "text/html; charset=utf-8"
_LEFT_OUT: Final = "\0left out"

_PAGES = {
    200: "Gateway console",
    401: "401 Authorization Required",
    403: "403 Forbidden",
    404: "404 Not Found",
    413: "413 Request Entity Too Large",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}


def business_error(code: int, message: str = "", *, after_work: bool = False, status: int = 200) -> Reply:
    """A code of the service's own, with its own words unless ``message`` is given."""
    return json_reply(base_resp(code, message), status=status, after_work=after_work)


def json_reply(content: object, *, status: int = 200, after_work: bool = False) -> Reply:
    """Any JSON with any status."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Reply(answer=Answer(status=status, content_type=JSON_TYPE, body=body), after_work=after_work)


def gateway_error(
    status: int,
    message: str,
    *,
    kind: str = "one_hub_error",
    code: object = _LEFT_OUT,
    request_id: str = "20261101093015123456789AbCdEfGh",
    after_work: bool = False,
) -> Reply:
    """A gateway's own error.

    ``kind`` may also be ``new_api_error``; ``code`` is left out, a number, a text, ``""`` or ``None``.
    """
    error: Json = {"message": f"{message} (request id: {request_id})", "type": kind}
    if code is not _LEFT_OUT:
        error["code"] = code
    return json_reply({"error": error}, status=status, after_work=after_work)


def plain_error(status: int, message: str, *, after_work: bool = False) -> Reply:
    """A gateway's error as a plain text."""
    return json_reply({"error": message}, status=status, after_work=after_work)


def success_false(message: str, *, status: int = 200, after_work: bool = False) -> Reply:
    """``{"success": false}``, as some gateways' own pages answer."""
    return json_reply({"success": False, "message": message}, status=status, after_work=after_work)


def authorized_error(
    message: str = "login fail: Please carry the API secret key (1004)", *, status: int = 401
) -> Reply:
    """The shape in which the service's newer interfaces refuse a token."""
    return json_reply(
        {
            "type": "error",
            "error": {"type": "authorized_error", "message": message, "http_code": str(status)},
            "request_id": "0511c0ffee0511c0ffee0511c0ffee05",
        },
        status=status,
    )


def no_channel(model: str = "speech-2.8-hd") -> Reply:
    """A gateway that has nowhere to send the request: nothing was done."""
    return gateway_error(
        503, f"No available channel for model {model} under group default", kind="new_api_error"
    )


def too_many(*, retry_after: int | datetime | None = None) -> Reply:
    """429, with the wait in seconds, as a date (in UTC) or untold."""
    reply = gateway_error(429, "Too many requests, please try again later", code="rate_limit_exceeded")
    if retry_after is None:
        return reply
    told = (
        format_datetime(retry_after, usegmt=True) if isinstance(retry_after, datetime) else str(retry_after)
    )
    return with_headers(reply, ("retry-after", told))


def html(status: int, *, after_work: bool = False, reads_body: bool = True) -> Reply:
    """A page for people: a proxy's with 413, 502, 503 or 504, a wrong address's with 200."""
    title = _PAGES[status]
    head = f"<head><title>{title}</title></head>"
    page = f"<html>\r\n{head}\r\n<body><center><h1>{title}</h1></center></body>\r\n</html>\r\n"
    answer = Answer(status=status, content_type=HTML_TYPE, body=page.encode())
    return Reply(answer=answer, after_work=after_work, reads_body=reads_body)


def with_headers(reply: Reply, *headers: tuple[str, str]) -> Reply:
    """The same reply with more headers."""
    answer = reply.answer
    return Reply(
        answer=Answer(
            status=answer.status,
            content_type=answer.content_type,
            body=answer.body,
            headers=(*answer.headers, *headers),
        ),
        after_work=reply.after_work,
        reads_body=reply.reads_body,
    )


def truncated(*, keep_bytes: int) -> Rewrite:
    """The right answer's first bytes, with a length that fits them: JSON that ends too early."""
    return Rewrite(change=lambda answer: answer.with_body(answer.body[:keep_bytes]))


def edited(change: Callable[[Any], object]) -> Rewrite:
    """The right JSON after ``change``, which returns what is sent instead."""

    def rewrite(answer: Answer) -> Answer:
        return answer.with_body(json.dumps(change(json.loads(answer.body)), ensure_ascii=False).encode())

    return Rewrite(change=rewrite)


def replaced(path: str, value: object) -> Rewrite:
    """The right JSON with another value at ``path``, such as ``file.file_id`` or ``base_resp``."""

    def change(content: Json) -> Json:
        *parents, last = path.split(".")
        place = content
        for parent in parents:
            place = place[parent]
        place[last] = value
        return content

    return edited(change)


def without(path: str) -> Rewrite:
    """The right JSON without what stands at ``path``."""

    def change(content: Json) -> Json:
        *parents, last = path.split(".")
        place = content
        for parent in parents:
            place = place[parent]
        place.pop(last, None)
        return content

    return edited(change)


def file_id_as_digits() -> Rewrite:
    """An upload's number as a text of digits."""

    def change(content: Json) -> Json:
        content["file"]["file_id"] = str(content["file"]["file_id"])
        return content

    return edited(change)


def sensitive(kind: int, *, as_object: bool = False) -> Rewrite:
    """A clone whose sample was flagged as ``kind`` (0 to 7), in either shape."""

    def change(content: Json) -> Json:
        content.pop("input_sensitive_type", None)
        content["input_sensitive"] = {"type": kind} if as_object else kind != 0
        if not as_object:
            content["input_sensitive_type"] = kind
        return content

    return edited(change)


def not_told_sensitive() -> Rewrite:
    """A clone that says nothing about its sample."""
    return edited(lambda content: {k: v for k, v in content.items() if not k.startswith("input_sensitive")})


def demo_link(url: str) -> Rewrite:
    """A clone whose preview is at ``url``, exactly as written."""
    return replaced("demo_audio", url)


def expired_link() -> Reply:
    """The demo link's answer after its time."""
    refusal = expired()
    body = refusal.xml(request_id="65F1C0FFEE0511C0FFEE0511")
    return Reply(answer=Answer(status=refusal.http_status, content_type="application/xml", body=body))


def no_audio() -> Rewrite:
    """A synthesis at code 0 without its audio."""
    return replaced("data", None)


def bare_audio(content_type: str = "audio/mpeg") -> Rewrite:
    """A synthesis as a gateway may send it: the audio's bytes instead of JSON."""

    def change(answer: Answer) -> Answer:
        audio = bytes.fromhex(json.loads(answer.body)["data"]["audio"])
        return Answer(status=answer.status, content_type=content_type, body=audio, headers=answer.headers)

    return Rewrite(change=change)

"""The service's own codes, with the words that it uses for them (contract, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SUCCESS = 0
INTERNAL = 1013
TOKEN_MISSING = 1004
TOKEN_WRONG = 2049
BAD_PARAMETER = 2013
INVISIBLE_TEXT = 1042
WRONG_LENGTH = 2037
VOICE_ID_TAKEN = 2039
PROMPT_TOO_LONG = 2048
VOICE_MISSING = 2054

STATUS_TEXTS: Mapping[int, str] = MappingProxyType(
    {
        SUCCESS: "success",
        1000: "unknown error",
        1001: "request timeout",
        1002: "rate limit",
        TOKEN_MISSING: "login fail: Please carry the API secret key in the 'Authorization' field of the "
        "request header",
        1008: "insufficient balance",
        INTERNAL: "internal error",
        1024: "internal error",
        1026: "input new_sensitive",
        1027: "output new_sensitive",
        1033: "system error",
        1039: "token limit",
        1041: "connection limit, please contact us",
        INVISIBLE_TEXT: "the ratio of invisible characters exceeds 10%",
        1043: "ASR similarity check failed",
        1044: "clone prompt similarity check failed",
        BAD_PARAMETER: "invalid params",
        20132: "invalid samples or voice_id",
        WRONG_LENGTH: "voice duration invalid, it must be between 10 seconds and 5 minutes",
        2038: "voice cloning is disabled, please complete the account verification",
        VOICE_ID_TAKEN: "voice clone voice id duplicate",
        2042: "you don't have access to this voice_id",
        2045: "rate growth limit",
        PROMPT_TOO_LONG: "prompt audio too long, it must be shorter than 8 seconds",
        TOKEN_WRONG: "invalid api key",
        VOICE_MISSING: "voice id not exist",
        2056: "usage limit exceeded, please wait for the next window",
    }
)


class Refused(Exception):
    """A request that the service doesn't accept; it becomes an HTTP 200 with this code."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or STATUS_TEXTS[code]


def bad_parameter(what: str) -> Refused:
    """The refusal of one parameter, worded as the service does."""
    return Refused(BAD_PARAMETER, f"{STATUS_TEXTS[BAD_PARAMETER]}, {what}")

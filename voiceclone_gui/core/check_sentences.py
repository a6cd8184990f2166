"""What a connection check finds: a part of :mod:`voiceclone_gui.core.sentence_table`."""

from __future__ import annotations

from collections.abc import Mapping

CHECK: Mapping[str, tuple[str, str]] = {
    "check-good": (
        "{host} answers, and the token is good.",
        (
            "Whether the account may clone and has the credit for it can't be told without cost: "
            "the first clone shows it."
        ),
    ),
    "check-good-practice": (
        "The practice service answers.",
        "Clone with it as often as you like: nothing leaves this computer, and nothing is paid.",
    ),
    "check-unclear": (
        "{host} answers, but not so that the token could be told good or bad.",
        "See what it said under Details; the first upload shows it.",
    ),
    "check-forbidden": (
        "{host} knows the token, or should, and refuses it.",
        "Check the token, and the account and its plan.",
    ),
    "check-no-clone": (
        "{host} answers and knows the token, but it offers no cloning at this address.",
        "Check the prefix of the service.",
    ),
    "check-token-refused": ("{host} didn't accept the token.", "Check the token."),
}

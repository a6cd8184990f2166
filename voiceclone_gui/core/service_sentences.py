"""Sentences for the codes that a service answers with (contract, section 6)."""

from __future__ import annotations

SERVICE_CODES = {
    "service-1000": (
        "The service reports an unknown error, often over a recording that it can't read.",
        "Try again; if it stays, save the recording as WAV and use that.",
    ),
    "service-1001": (
        "The service ran out of time.",
        "If it was making the voice, the voice may exist: check before repeating.",
    ),
    "service-1002": ("The service counts too many requests.", "Wait a moment; then it goes on."),
    "service-1004": (
        "The token is missing, wrong or belongs to another account.",
        "Check the token.",
    ),
    "service-1008": ("The account has no credit left.", "Top it up at the service."),
    "service-1013": ("The service has trouble on its side.", "Try again in a moment."),
    "service-1024": ("The service has trouble on its side.", "Try again in a moment."),
    "service-1026": (
        "The text was refused by the service's content rules.",
        "Change the text or the recording.",
    ),
    "service-1027": (
        "The sound was refused by the service's content rules.",
        "Change the text or the recording.",
    ),
    "service-1033": ("The service has trouble on its side.", "Try again in a moment."),
    "service-1039": ("The account's token limit is reached.", "Wait a moment; then it goes on."),
    "service-1041": ("The account has too many connections open.", "Wait a moment; then it goes on."),
    "service-1042": ("The text has too many invisible characters.", "Clean the text."),
    "service-1043": (
        "The recording doesn't match the expected words.",
        "Check the recording and the expected words.",
    ),
    "service-1044": (
        "The example clip doesn't match its words.",
        "Listen to the clip and correct its words.",
    ),
    "service-2013": ("The service didn't accept a field.", "See what it said under Details."),
    "service-20132": (
        "The service didn't accept the recording or the voice ID.",
        "Upload the recording again, or take another voice ID.",
    ),
    "service-2037": (
        "The recording is too short or too long for the service.",
        "It has to be 10 s to 5 minutes long.",
    ),
    "service-2038": (
        "The account is not verified for voice cloning.",
        "Verify it (personal or company) at the service.",
    ),
    "service-2039": ("The voice ID is taken.", "Take a fresh one: an id can never be used again."),
    "service-2042": ("The voice belongs to another account.", "Check which account the token is from."),
    "service-2045": ("The requests grow too fast for the service.", "Wait a moment; then it goes on."),
    "service-2048": ("The example clip is too long.", "Use a clip shorter than 8 s."),
    "service-2049": (
        "The token is invalid here; it often belongs to the service's other region.",
        "Check the token, or try the other region.",
    ),
    "service-2054": (
        "The voice doesn't exist at the service any more.",
        "It expired or was deleted: clone it again under a fresh id.",
    ),
    "service-2056": ("The plan's allowance is used up.", "Wait for its next period, or top up."),
    "service-unknown": (
        "The service reports error {service_code}.",
        "See what it said under Details.",
    ),
}

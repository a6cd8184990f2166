"""What can go wrong, and what the contract (sections 3, 4 and 6) says must come of it: a table by itself.

It is written from the contract and never from ``api/retry.py``: the two are there to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from voiceclone_gui.core.errors import Action
from voiceclone_gui.practice import fault_answers as answers
from voiceclone_gui.practice.faults import Break, Fault, Point, Rewrite, Trickle


class At(StrEnum):
    """The step of a job that goes wrong."""

    UPLOAD = "upload"
    CLIP = "clip-upload"
    CLONE = "clone"
    PREVIEW = "preview"
    KEEP = "keep"


class Verdict(StrEnum):
    """What must come of a fault at a step."""

    FINE = "fine"
    """Nothing is lost: it goes on as if nothing had been."""
    AGAIN = "again"
    """Tried again by itself, four times in all."""
    ANEW = "anew"
    """The files are uploaded once more, and the clone asked for once more."""
    REFUSED = "refused"
    """Not tried again; certainly nothing was made. Of a preview: it can't be had."""
    UNKNOWN = "unknown"
    """Not tried again; nobody knows whether it was done."""
    CANCELLED = "cancelled"
    """The user has ended it before anything could be made."""


class How(StrEnum):
    """What happens while a request stands still."""

    TIME_OUT = "time-out"
    CANCEL = "cancel"
    KILL = "kill"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """The request stands still at a point; the connection breaks there, or it goes on too late."""

    at: Point
    how: How
    goes_on: bool = False


@dataclass(frozen=True)
class Detour:
    """The request goes elsewhere: to a closed port, to a name that isn't, to a stranger's certificate."""

    where: str


@dataclass(frozen=True)
class CancelInWait:
    """The user ends it in the wait before it would be tried again."""


Trouble = Fault | Stop | Detour | CancelInWait


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of fault. ``worked``: the service does its work all the same.

    Titles are whole sentences; ``…`` stands for what changes from run to run. ``wait_s`` is the wait that
    the service itself names. ``in_clone_answer``: the preview is lost by what the clone's answer says.
    """

    name: str
    troubles: tuple[Trouble, ...]
    verdicts: Mapping[At, Verdict]
    title: str = ""
    action: Action | None = Action.TRY_AGAIN
    preview_title: str = ""
    worked: bool = False
    wait_s: float | None = None
    in_clone_answer: bool = False


FINE, AGAIN, ANEW, REFUSED, UNKNOWN = (
    Verdict.FINE,
    Verdict.AGAIN,
    Verdict.ANEW,
    Verdict.REFUSED,
    Verdict.UNKNOWN,
)

NOT_FETCHED = "The voice is made, but its preview could not be fetched. "
NOT_AUDIO = "The voice is made, but what came as its preview is not mp3, wav or m4a."
LINK_REFUSED = "The voice is made, but the link to its preview has expired or is refused."
INCOMPLETE = "The voice is made, but its preview came incomplete."
NO_PREVIEW = "The voice is made, but the service gave no preview."
BAD_LINK = "The voice is made, but the link to its preview is not one that may be followed."

NOBODY_KNOWS = "Nobody knows what came of the new preview: "

BROKE = "The connection to 127.0.0.1 broke."
SLOW = "127.0.0.1 took too long to answer."
WEB_PAGE = "A web page answered at http://127.0.0.1:…, not the voice service."
UNREADABLE = "The answer of 127.0.0.1 can't be understood: …"
TOKEN = "The service didn't accept the token."
DENIED = "The account may not use this."
SLOW_DOWN = "The service wants us to slow down."
TROUBLE = "The service has trouble on its side."


def by_steps(upload: Verdict, clone: Verdict, preview: Verdict | None = None) -> Mapping[At, Verdict]:
    """The contract's columns: both uploads alike, keeping like cloning, save that it has no files."""
    verdicts = {At.UPLOAD: upload, At.CLIP: upload, At.CLONE: clone}
    verdicts[At.KEEP] = REFUSED if clone is ANEW else clone
    if preview is not None:
        verdicts[At.PREVIEW] = preview
    return verdicts


def paid(verdict: Verdict) -> Mapping[At, Verdict]:
    """Only of what is paid for."""
    return {At.CLONE: verdict, At.KEEP: verdict}


# The codes of section 6: upload, clone, sentence, action.
CODES: Mapping[int, tuple[Verdict, Verdict, str, Action | None]] = {
    1000: (
        REFUSED,
        UNKNOWN,
        "The service reports an unknown error, often over a recording that it can't read.",
        Action.CONVERT_SAMPLE,
    ),
    1001: (AGAIN, UNKNOWN, "The service ran out of time.", Action.CHECK_VOICE),
    1002: (AGAIN, AGAIN, "The service counts too many requests.", Action.TRY_AGAIN),
    1004: (
        REFUSED,
        REFUSED,
        "The token is missing, wrong or belongs to another account.",
        Action.OPEN_CONNECTION,
    ),
    1008: (REFUSED, REFUSED, "The account has no credit left.", None),
    1013: (AGAIN, UNKNOWN, TROUBLE, Action.TRY_AGAIN),
    1024: (AGAIN, UNKNOWN, TROUBLE, Action.TRY_AGAIN),
    1026: (REFUSED, REFUSED, "The text was refused by the service's content rules.", Action.EDIT_FIELD),
    1027: (REFUSED, REFUSED, "The sound was refused by the service's content rules.", Action.EDIT_FIELD),
    1033: (AGAIN, UNKNOWN, TROUBLE, Action.TRY_AGAIN),
    1039: (AGAIN, AGAIN, "The account's token limit is reached.", Action.TRY_AGAIN),
    1041: (AGAIN, AGAIN, "The account has too many connections open.", Action.TRY_AGAIN),
    1042: (REFUSED, REFUSED, "The text has too many invisible characters.", Action.CLEAN_TEXT),
    1043: (REFUSED, REFUSED, "The recording doesn't match the expected words.", Action.EDIT_FIELD),
    1044: (REFUSED, REFUSED, "The example clip doesn't match its words.", Action.EDIT_FIELD),
    2013: (REFUSED, REFUSED, "The service didn't accept a field.", Action.EDIT_FIELD),
    20132: (REFUSED, ANEW, "The service didn't accept the recording or the voice ID.", Action.UPLOAD_AGAIN),
    2037: (
        REFUSED,
        REFUSED,
        "The recording is too short or too long for the service.",
        Action.TRIM_RECORDING,
    ),
    2038: (REFUSED, REFUSED, "The account is not verified for voice cloning.", Action.OPEN_CONNECTION),
    2039: (REFUSED, REFUSED, "The voice ID is taken.", Action.SUGGEST_VOICE_ID),
    # Section 2: of a file that was uploaded a while ago it is said too, and then it helps to upload again.
    2042: (REFUSED, ANEW, "The voice belongs to another account.", Action.OPEN_CONNECTION),
    2045: (AGAIN, AGAIN, "The requests grow too fast for the service.", Action.TRY_AGAIN),
    2048: (REFUSED, REFUSED, "The example clip is too long.", Action.CHOOSE_PROMPT_CLIP),
    2049: (
        REFUSED,
        REFUSED,
        "The token is invalid here; it often belongs to the service's other region.",
        Action.TRY_OTHER_REGION,
    ),
    2054: (REFUSED, REFUSED, "The voice doesn't exist at the service any more.", None),
    2056: (REFUSED, REFUSED, "The plan's allowance is used up.", None),
    # Unheard of: the safest reading.
    4999: (REFUSED, UNKNOWN, "The service reports error 4999.", Action.TRY_AGAIN),
}


def code_rows() -> Iterator[Row]:
    """Every code at every step; what may have been made all the same also with the work done."""
    for code, (upload, clone, title, action) in CODES.items():
        words = "something new" if code == 4999 else ""
        for worked in (False, True) if clone is UNKNOWN else (False,):
            yield Row(
                name=f"{code} after the work" if worked else str(code),
                troubles=(answers.business_error(code, words, after_work=worked),),
                verdicts=paid(UNKNOWN) if worked else by_steps(upload, clone, REFUSED),
                title=title,
                action=action,
                preview_title=NOT_AUDIO,
                worked=worked,
            )
    yield Row(
        name="2013 of a file",
        troubles=(answers.business_error(2013, "invalid params, file_id not found"),),
        verdicts=by_steps(REFUSED, ANEW),
        title="The service didn't accept a field.",
        action=Action.EDIT_FIELD,
    )


def line_rows() -> Iterator[Row]:
    """The line to the service: no connection, a broken one, one that is slow or stands still."""
    for where, verdict, title in (
        ("refused", AGAIN, "127.0.0.1 doesn't accept connections."),
        ("dns", REFUSED, "The address nowhere.invalid can't be found."),
        ("tls", REFUSED, "The connection to 127.0.0.1 is not safe: …"),
    ):
        yield Row(
            name=where,
            troubles=(Detour(where),),
            verdicts=by_steps(verdict, REFUSED, verdict),
            title=title,
            preview_title=NOT_FETCHED + title,
        )
    yield from _broken_rows()
    yield from _slow_rows()


def _broken_rows() -> Iterator[Row]:
    for name, fault, worked in (
        ("reset before the body", Break(at=Point.BEFORE_BODY), False),
        ("reset in the middle", Break(at=Point.IN_BODY, after_bytes=1), False),
        ("reset before the work", Break(at=Point.BEFORE_WORK), False),
        ("closed before the work", Break(at=Point.BEFORE_WORK, is_reset=False), False),
        ("reset after the work", Break(at=Point.AFTER_WORK), True),
        ("closed after the work", Break(at=Point.AFTER_WORK, is_reset=False), True),
        ("reset in the answer", Break(at=Point.IN_ANSWER, after_bytes=10), True),
        ("closed in the answer", Break(at=Point.IN_ANSWER, after_bytes=10, is_reset=False), True),
    ):
        has_body = fault.at is Point.IN_BODY
        yield Row(
            name=name,
            troubles=(fault,),
            verdicts=by_steps(AGAIN, UNKNOWN, None if has_body else AGAIN),
            title=BROKE,
            preview_title=NOT_FETCHED + BROKE,
            worked=worked,
        )


def _slow_rows() -> Iterator[Row]:
    for name, stop, worked in (
        ("time-out before the work", Stop(at=Point.BEFORE_WORK, how=How.TIME_OUT), False),
        ("time-out, worked on too late", Stop(at=Point.BEFORE_WORK, how=How.TIME_OUT, goes_on=True), True),
        ("time-out after the work", Stop(at=Point.AFTER_WORK, how=How.TIME_OUT), True),
        ("time-out in the answer", Stop(at=Point.IN_ANSWER, how=How.TIME_OUT), True),
    ):
        yield Row(
            name=name,
            troubles=(stop,),
            verdicts=by_steps(AGAIN, UNKNOWN, AGAIN),
            title=SLOW,
            preview_title=NOT_FETCHED + SLOW,
            worked=worked,
        )
    yield Row(
        name="slow trickle",
        troubles=(Trickle(bytes_per_second=6000.0),),
        verdicts=by_steps(FINE, FINE, FINE),
        worked=True,
    )


def status_rows() -> Iterator[Row]:
    """HTTP's own refusals, bare and in a gateway's words."""
    for name, reply, title, action in (
        ("401 page", answers.html(401), TOKEN, Action.OPEN_CONNECTION),
        ("401 gateway", answers.gateway_error(401, "invalid token"), TOKEN, Action.OPEN_CONNECTION),
        ("401 authorized_error", answers.authorized_error(), CODES[1004][2], Action.OPEN_CONNECTION),
        ("403 page", answers.html(403), DENIED, Action.OPEN_CONNECTION),
        ("403 gateway", answers.gateway_error(403, "not in your plan"), DENIED, Action.OPEN_CONNECTION),
        ("413 page", answers.html(413), "The service refused the file as too large.", Action.EDIT_FIELD),
        ("429 quota", answers.gateway_error(429, "quota exceeded"), "The account has no credit left.", None),
    ):
        is_quota = name == "429 quota"
        yield Row(
            name=name,
            troubles=(reply,),
            verdicts=by_steps(REFUSED, REFUSED, None if is_quota else REFUSED),
            title=title,
            action=action,
            preview_title=LINK_REFUSED,
        )
    later = datetime.now(UTC) + timedelta(days=1)
    for name, seconds, verdict in (
        ("429", None, AGAIN),
        ("429 in 7 s", 7, AGAIN),
        ("429 in an hour", 3600, REFUSED),
        ("429 tomorrow", later, REFUSED),
    ):
        yield Row(
            name=name,
            troubles=(answers.too_many(retry_after=seconds),),
            verdicts=by_steps(verdict, verdict, verdict),
            title=SLOW_DOWN,
            preview_title=NOT_FETCHED + SLOW_DOWN,
            wait_s=7.0 if seconds == 7 else None,
        )
    yield from _trouble_rows()


def _trouble_rows() -> Iterator[Row]:
    no_channel = "The service has no free channel at the moment."
    for name, reply, clone, title in (
        ("500", answers.gateway_error(500, "internal"), UNKNOWN, ""),
        ("500 text", answers.plain_error(500, "internal"), UNKNOWN, ""),
        ("502 page", answers.html(502), UNKNOWN, ""),
        ("503 page", answers.html(503), UNKNOWN, ""),
        ("503 no channel", answers.no_channel(), AGAIN, no_channel),
        ("504 page", answers.html(504), UNKNOWN, ""),
    ):
        told = f"The service has trouble on its side (HTTP {name[:3]})."
        yield Row(
            name=name,
            troubles=(reply,),
            verdicts=by_steps(AGAIN, clone, AGAIN),
            title=title or told,
            preview_title=NOT_FETCHED + told,
        )
    for name, reply in (
        ("500 after the work", answers.gateway_error(500, "internal", after_work=True)),
        ("502 after the work", answers.html(502, after_work=True)),
        ("503 after the work", answers.html(503, after_work=True)),
        ("504 after the work", answers.html(504, after_work=True)),
    ):
        told = f"The service has trouble on its side (HTTP {name[:3]})."
        yield Row(name=name, troubles=(reply,), verdicts=paid(UNKNOWN), title=told, worked=True)


def success_rows() -> Iterator[Row]:
    """Answers with 200 that are none."""
    for worked in (False, True):
        yield Row(
            name="page with 200 after the work" if worked else "page with 200",
            troubles=(answers.html(200, after_work=worked),),
            verdicts=paid(UNKNOWN) if worked else by_steps(REFUSED, UNKNOWN, REFUSED),
            title=WEB_PAGE,
            action=Action.OPEN_CONNECTION,
            preview_title=NOT_AUDIO,
            worked=worked,
        )
    json_only = by_steps(AGAIN, UNKNOWN)
    yield Row(
        name="truncated", troubles=(answers.truncated(keep_bytes=20),), verdicts=json_only,
        title=UNREADABLE, worked=True,
    )  # fmt: skip
    yield Row(
        name="empty", troubles=(answers.truncated(keep_bytes=0),), verdicts=by_steps(AGAIN, UNKNOWN, REFUSED),
        title=UNREADABLE, preview_title=INCOMPLETE, worked=True,
    )  # fmt: skip
    yield Row(
        name="a list", troubles=(answers.edited(lambda right: [right]),), verdicts=json_only,
        title=UNREADABLE, worked=True,
    )  # fmt: skip
    yield Row(
        name="code is a text", troubles=(answers.replaced("base_resp.status_code", "fine"),),
        verdicts=json_only, title=UNREADABLE, worked=True,
    )  # fmt: skip
    yield Row(
        name="success: false", troubles=(answers.success_false("busy, or not"),),
        verdicts=by_steps(REFUSED, UNKNOWN, REFUSED), title="The service didn't accept the request.",
        preview_title=NOT_AUDIO,
    )  # fmt: skip
    yield from _part_rows()


def _part_rows() -> Iterator[Row]:
    wrong: tuple[tuple[str, Rewrite, tuple[At, ...], Verdict], ...] = (
        ("file id is no number", answers.replaced("file.file_id", "abc"), (At.UPLOAD, At.CLIP), AGAIN),
        ("file id is null", answers.replaced("file.file_id", None), (At.UPLOAD, At.CLIP), AGAIN),
        ("file id is too large", answers.replaced("file.file_id", 2**70), (At.UPLOAD, At.CLIP), AGAIN),
        ("file is missing", answers.without("file"), (At.UPLOAD, At.CLIP), AGAIN),
        ("link is a number", answers.replaced("demo_audio", 5), (At.CLONE,), UNKNOWN),
        ("link is an object", answers.replaced("demo_audio", {"url": "x"}), (At.CLONE,), UNKNOWN),
        ("only base_resp: null", answers.edited(lambda _: {"base_resp": None}), (At.CLONE,), UNKNOWN),
        ("nothing in it", answers.edited(lambda _: {}), (At.CLONE, At.KEEP), UNKNOWN),
        ("sound is missing", answers.no_audio(), (At.KEEP,), UNKNOWN),
        ("sound is a number", answers.replaced("data.audio", 5), (At.KEEP,), UNKNOWN),
        ("sound is no hex", answers.replaced("data.audio", "xyz"), (At.KEEP,), UNKNOWN),
    )
    for name, fault, steps, verdict in wrong:
        yield Row(
            name=name,
            troubles=(fault,),
            verdicts=dict.fromkeys(steps, verdict),
            title=UNREADABLE,
            worked=True,
        )
    harmless: tuple[tuple[str, Rewrite, tuple[At, ...]], ...] = (
        ("file id as digits", answers.file_id_as_digits(), (At.UPLOAD, At.CLIP)),
        ("no base_resp", answers.without("base_resp"), (At.UPLOAD, At.CLIP, At.CLONE, At.KEEP)),
        ("no extra_info", answers.without("extra_info"), (At.CLONE, At.KEEP)),
        ("extra_info is a text", answers.replaced("extra_info", "much"), (At.CLONE, At.KEEP)),
        ("no input_sensitive", answers.not_told_sensitive(), (At.CLONE,)),
        ("sensitive 3, flag and type", answers.sensitive(3), (At.CLONE,)),
        ("sensitive 3, object", answers.sensitive(3, as_object=True), (At.CLONE,)),
        ("sensitive 0, object", answers.sensitive(0, as_object=True), (At.CLONE,)),
        ("bare sound", answers.bare_audio(), (At.KEEP,)),
    )
    for name, fault, steps in harmless:
        yield Row(name=name, troubles=(fault,), verdicts=dict.fromkeys(steps, FINE), worked=True)


def preview_rows() -> Iterator[Row]:
    """The preview's own faults; those of its link come with the answer to the clone."""
    refusals: tuple[tuple[str, Fault, str, bool], ...] = (
        ("link has expired", answers.expired_link(), LINK_REFUSED, False),
        ("404 page", answers.html(404), LINK_REFUSED, False),
        ("no link", answers.without("demo_audio"), NO_PREVIEW, True),
        ("link is empty", answers.demo_link(""), NO_PREVIEW, True),
        ("link to a private place", answers.demo_link("https://10.0.0.1/x.mp3"), BAD_LINK, True),
        ("link to a file", answers.demo_link("file:///etc/passwd"), BAD_LINK, True),
        ("link is no address", answers.demo_link("nowhere"), BAD_LINK, True),
    )
    for name, fault, title, in_clone_answer in refusals:
        yield Row(
            name=name,
            troubles=(fault,),
            verdicts={At.PREVIEW: REFUSED},
            preview_title=title,
            in_clone_answer=in_clone_answer,
        )


def ended_rows() -> Iterator[Row]:
    """Cancelled by the user, or killed: at every point of every step."""
    for how in (How.CANCEL, How.KILL):
        for at, worked in (
            (Point.BEFORE_BODY, False),
            (Point.BEFORE_WORK, False),
            (Point.AFTER_WORK, True),
            (Point.IN_ANSWER, True),
        ):
            early = Verdict.CANCELLED if how is How.CANCEL else REFUSED
            yield Row(
                name=f"{how.value} {at.value}",
                troubles=(Stop(at=at, how=how),),
                verdicts=by_steps(early, UNKNOWN, REFUSED),
                worked=worked,
            )
    yield Row(
        name="cancel in the wait",
        troubles=(answers.too_many(), CancelInWait()),
        verdicts=by_steps(Verdict.CANCELLED, Verdict.CANCELLED, REFUSED),
        title=SLOW_DOWN,
        preview_title=NOT_FETCHED + SLOW_DOWN,
    )


def all_rows() -> Iterator[Row]:
    """Every kind of fault."""
    yield from code_rows()
    yield from line_rows()
    yield from status_rows()
    yield from success_rows()
    yield from preview_rows()
    yield from ended_rows()

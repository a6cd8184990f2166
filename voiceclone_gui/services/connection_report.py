"""What a connection check found out, and what it follows from: contract, section 3a."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from enum import StrEnum

from voiceclone_gui.core.errors import (
    AccessRefused,
    Action,
    AnswerUnreadable,
    ConnectionLost,
    NotConnected,
    OutOfCredit,
    ServiceError,
    ServiceTrouble,
    SlowDown,
    TokenRefused,
    WrongAddress,
)
from voiceclone_gui.core.sentences import fill

_NOT_VERIFIED = 2038
_NO_FILE = {2013, 20132}
_GOOD_CODES = {"check-good", "check-good-practice"}
_CERTIFICATE_CODES = ("connect-tls", "certificates-")


class Finding(StrEnum):
    """One line of the report."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The one sentence over the report, its cure, and what a button beside it does.

    ``code`` and ``values`` name the sentence as an error's do; ``detail`` is what the service said.
    """

    code: str
    values: Mapping[str, object] = dataclass_field(default_factory=dict)
    action: Action | None = None
    trace_id: str = ""
    service_code: int | None = None
    detail: str = ""

    @property
    def title(self) -> str:
        """What was found, as an English sentence."""
        return fill(self.code, self.values).title

    @property
    def cure(self) -> str:
        """What to do next, as an English sentence."""
        return fill(self.code, self.values).cure


@dataclass(frozen=True, kw_only=True)
class ConnectionReport:
    """Each thing that was looked at. ``certificate`` is unknown where no https is spoken.

    ``verified`` is told only by a refusal. ``can_clone`` can't be told without cost: it is ``NO`` where
    the service refuses it, and never ``YES``.
    """

    profile_id: str
    host: str
    diagnosis: Diagnosis
    reachable: Finding = Finding.UNKNOWN
    certificate: Finding = Finding.UNKNOWN
    prefix: Finding = Finding.UNKNOWN
    token: Finding = Finding.UNKNOWN
    verified: Finding = Finding.UNKNOWN
    can_clone: Finding = Finding.UNKNOWN

    @property
    def is_good(self) -> bool:
        """Whether nothing stands in the way of a clone, as far as that can be told."""
        return self.diagnosis.code in _GOOD_CODES


@dataclass(frozen=True, kw_only=True)
class CheckedPlace:
    """Where was asked; ``has_other_region`` says whether the token may belong there."""

    profile_id: str
    host: str
    is_https: bool
    has_other_region: bool = False
    is_practice: bool = False


def judge(
    place: CheckedPlace,
    *,
    files_error: ServiceError | None,
    clone_error: ServiceError | None,
    trace_id: str = "",
) -> ConnectionReport:
    """The report that follows from both calls; ``None`` is a success, of the files' call a good token.

    Where the first call settled the matter, ``clone_error`` is the same as ``files_error``.
    """
    good_token = Finding.YES if files_error is None else Finding.UNKNOWN
    report = ConnectionReport(
        profile_id=place.profile_id,
        host=place.host,
        diagnosis=_unclear(place, clone_error, trace_id),
        reachable=Finding.YES,
        certificate=Finding.YES if place.is_https else Finding.UNKNOWN,
        prefix=good_token,
        token=good_token,
    )
    if clone_error is None:
        return _good(report, place, trace_id) if files_error is None else report
    if isinstance(clone_error, NotConnected):
        return _not_connected(report, clone_error)
    if isinstance(clone_error, ConnectionLost | AnswerUnreadable):
        return replace(report, diagnosis=diagnosis_of(clone_error))
    if isinstance(clone_error, WrongAddress):
        return _wrong_address(report, place, clone_error)
    if isinstance(clone_error, ServiceTrouble) and clone_error.service_code is None:
        return replace(report, diagnosis=diagnosis_of(clone_error))
    return _judge_answer(replace(report, prefix=Finding.YES), place, clone_error, trace_id)


def diagnosis_of(error: ServiceError) -> Diagnosis:
    """The diagnosis that an error is by itself."""
    return Diagnosis(
        code=error.code,
        values=error.values,
        action=error.action,
        trace_id=error.trace_id,
        service_code=error.service_code,
        detail=error.detail,
    )


def _not_connected(report: ConnectionReport, error: NotConnected) -> ConnectionReport:
    is_certificate = error.code.startswith(_CERTIFICATE_CODES)
    return replace(
        report,
        reachable=Finding.YES if is_certificate else Finding.NO,
        certificate=Finding.NO if is_certificate else Finding.UNKNOWN,
        prefix=Finding.UNKNOWN,
        token=Finding.UNKNOWN,
        diagnosis=diagnosis_of(error),
    )


def _wrong_address(report: ConnectionReport, place: CheckedPlace, error: WrongAddress) -> ConnectionReport:
    diagnosis = diagnosis_of(error)
    if report.token is not Finding.YES:
        return replace(report, prefix=Finding.NO, diagnosis=diagnosis)
    # The files' call was answered well under the same prefix.
    diagnosis = replace(diagnosis, code="check-no-clone", values={"host": place.host})
    return replace(report, can_clone=Finding.NO, diagnosis=diagnosis)


def _judge_answer(
    report: ConnectionReport, place: CheckedPlace, error: ServiceError, trace_id: str
) -> ConnectionReport:
    """The service itself has spoken: address and prefix are right."""
    if error.service_code in _NO_FILE:
        return _good(report, place, error.trace_id or trace_id)
    if isinstance(error, TokenRefused | AccessRefused | OutOfCredit):
        return _judge_account(report, place, error)
    if isinstance(error, ServiceTrouble | SlowDown):
        return replace(report, diagnosis=diagnosis_of(error))
    return _good(report, place, error.trace_id) if report.token is Finding.YES else report


def _judge_account(report: ConnectionReport, place: CheckedPlace, error: ServiceError) -> ConnectionReport:
    diagnosis = diagnosis_of(error)
    if isinstance(error, TokenRefused):
        return replace(report, token=Finding.NO, diagnosis=_refused_token(error, place))
    if error.service_code is None and isinstance(error, AccessRefused):
        diagnosis = replace(diagnosis, code="check-forbidden", values={"host": place.host})
        return replace(report, token=Finding.NO, diagnosis=diagnosis)
    verified = Finding.NO if error.service_code == _NOT_VERIFIED else Finding.UNKNOWN
    return replace(report, token=Finding.YES, verified=verified, can_clone=Finding.NO, diagnosis=diagnosis)


def _good(report: ConnectionReport, place: CheckedPlace, trace_id: str) -> ConnectionReport:
    code = "check-good-practice" if place.is_practice else "check-good"
    values = {} if place.is_practice else {"host": place.host}
    diagnosis = Diagnosis(code=code, values=values, trace_id=trace_id)
    return replace(report, prefix=Finding.YES, token=Finding.YES, diagnosis=diagnosis)


def _unclear(place: CheckedPlace, error: ServiceError | None, trace_id: str) -> Diagnosis:
    return Diagnosis(
        code="check-unclear",
        values={"host": place.host},
        trace_id=error.trace_id if error is not None else trace_id,
        service_code=error.service_code if error is not None else None,
        detail=error.detail if error is not None else "",
    )


def _refused_token(error: TokenRefused, place: CheckedPlace) -> Diagnosis:
    diagnosis = diagnosis_of(error)
    if place.has_other_region:
        # Also where it doesn't say so: a token of the other region is the likeliest reason.
        return replace(diagnosis, action=Action.TRY_OTHER_REGION)
    if diagnosis.action is Action.TRY_OTHER_REGION:
        values = {"host": place.host}
        return replace(diagnosis, code="check-token-refused", values=values, action=Action.OPEN_CONNECTION)
    return diagnosis

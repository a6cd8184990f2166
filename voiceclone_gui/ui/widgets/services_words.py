"""What Settings › Services says about a token and a check of the connection."""

from __future__ import annotations

from voiceclone_gui.services.connection import ServiceChoice, TokenSource
from voiceclone_gui.services.connection_report import ConnectionReport, Finding
from voiceclone_gui.ui.i18n import tr


def finding_words() -> dict[Finding, str]:
    """What each finding of a check says."""
    return {Finding.YES: tr("yes"), Finding.NO: tr("no"), Finding.UNKNOWN: tr("can't be told")}


def report_lines(report: ConnectionReport) -> str:
    """Each thing that was looked at, a line each."""
    words = finding_words()
    cloning = (
        words[report.can_clone]
        if report.can_clone is Finding.NO
        else tr("can't be told without making a voice, which may cost something")
    )
    lines = (
        (tr("Reachable"), words[report.reachable]),
        (tr("Certificate"), words[report.certificate]),
        (tr("Address and prefix"), words[report.prefix]),
        (tr("Token"), words[report.token]),
        (tr("Account verified"), words[report.verified]),
        (tr("Cloning allowed"), cloning),
    )
    return "\n".join(tr("{what}: {finding}", what=what, finding=finding) for what, finding in lines)


def token_words(choice: ServiceChoice, keyring: str) -> str:
    """Which token is in use, by its last characters, and where it came from."""
    if not choice.token:
        return tr("No token yet.")
    ending = choice.token.reveal()[-4:] if len(choice.token.reveal()) >= 12 else "…"
    words = {
        TokenSource.KEYRING: tr("Kept in {keyring}.", keyring=keyring or tr("the system's keyring")),
        TokenSource.ENVIRONMENT: tr("From VOICECLONE_TOKEN, for this run only."),
        TokenSource.RUN: tr("For this run only."),
    }
    return tr("••••{ending} is in use. {where}", ending=ending, where=words[choice.token_source])

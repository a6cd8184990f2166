"""A library that is damaged or incomplete: found out, set aside, and made anew from what can be read.

Nothing is deleted or written over: the damaged file goes to a name of its own. The new one is made beside
it and put in place when it is whole, so that after a kill at any moment the next start goes on from there.
Only one process may do this at a time: the caller holds a lock.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from voiceclone_gui.core.errors import StorageFailed
from voiceclone_gui.core.recovery import Recovery
from voiceclone_gui.storage import schema
from voiceclone_gui.storage.database_failures import COMPANIONS, DAMAGE_ERRORS, is_out_of_reach
from voiceclone_gui.storage.files import make_folder, sync_folder
from voiceclone_gui.storage.records import UnreadableRecord
from voiceclone_gui.storage.salvage import read_what_can_be_read
from voiceclone_gui.storage.tables import (
    UNFINISHED,
    bring_back,
    facts_on_record,
    first_unreadable_row,
    is_behind,
    rows,
    write_transaction,
)
from voiceclone_gui.storage.voice_folders import VoiceFacts, VoiceFolders

# Each is synced to disk; the rest have their turn at the next starts.
_PUT_DOWN_AT_ONCE = 100
# A file with a journal says 1, one with a log beside it 2.
_JOURNAL_VERSIONS = 2
_MARKS = ", ".join("?" * len(UNFINISHED))


def complaint_about(path: Path, *, reads_all: bool = False, busy_limit_s: float = 0.0) -> str:
    """What is wrong with the file at ``path``, ``""`` for nothing or no file.

    ``reads_all`` also reads every row, which takes ten times as long. Raises ``StorageFailed`` for a newer
    program's file, and what sqlite3 raises where the file can't be reached. The file stays as it is: an
    ordinary connection would write the log of another file into it when it is closed.
    """
    if not path.exists():
        return ""
    if path.stat().st_size == 0:
        # SQLite takes it for a new one, and throws its log away.
        log = path.with_name(path.name + "-wal")
        return "it is empty" if log.exists() and log.stat().st_size else ""
    with path.open("rb") as file:
        # Where the file says that it needs a newer SQLite to be written, it could be read but never written.
        if max(file.read(20)[18:], default=0) > _JOURNAL_VERSIONS:
            return "its header is damaged"
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=busy_limit_s)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            return _complaint(connection, path=path, reads_all=reads_all)
    except DAMAGE_ERRORS as error:
        # Nothing was asked of it that a whole file doesn't answer.
        if is_out_of_reach(error):
            raise
        return str(error)


def _complaint(connection: sqlite3.Connection, *, path: Path, reads_all: bool) -> str:
    complaint = schema.complaint_about(connection, path=path)
    if complaint:
        return complaint
    said = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if said != "ok":
        return said
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        return "a row is missing that another one needs"
    return first_unreadable_row(connection) if reads_all else ""


def rebuild(path: Path, *, folders: VoiceFolders, now: datetime) -> None:
    """Make the file at ``path`` anew, ready for :func:`finish`. Raises ``StorageFailed``, and what the disk
    and sqlite3 raise; then everything is as it was.
    """
    workshop = _workshop(path)
    shutil.rmtree(workshop, ignore_errors=True)
    make_folder(workshop)
    try:
        new = workshop / "new.sqlite3"
        salvage = read_what_can_be_read(path, workshop=workshop)
        with closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            schema.bring_up_to_date(connection, path=new)
            with write_transaction(connection):
                salvage.write_to(connection)
                bring_voices_back(connection, read_folders(folders, folders.job_ids())[0])
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        # From here on the name says where the damaged file goes, whoever finishes it.
        new.rename(path.with_name(f"{path.stem}.rebuilt-{_free_mark(path, now)}{path.suffix}"))
        sync_folder(path.parent)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def finish(path: Path) -> Path | None:
    """Put a rebuilt file in place of the damaged one; gives the name under which that lies now, ``None``
    where no rebuilt file waits. Raises ``OSError``.
    """
    start = f"{path.stem}.rebuilt-"
    waiting = sorted(path.parent.glob(f"{start}*{path.suffix}"))
    if not waiting:
        return None
    aside = _aside(path, waiting[0].name.removeprefix(start).removesuffix(path.suffix))
    # The companions first: left behind, a log would be written into the new file.
    for end in (*COMPANIONS, ""):
        _move(path.with_name(path.name + end), aside.with_name(aside.name + end))
    sync_folder(path.parent)
    waiting[0].rename(path)
    sync_folder(path.parent)
    shutil.rmtree(_workshop(path), ignore_errors=True)
    return aside


def read_folders(folders: VoiceFolders, job_ids: Iterable[str]) -> tuple[list[VoiceFacts], set[str]]:
    """What the folders of these jobs know, in the order in which the jobs were added, and those that can't
    be read.
    """
    found: list[VoiceFacts] = []
    unreadable = set()
    for job_id in job_ids:
        try:
            facts = folders.read(job_id)
        except UnreadableRecord:
            unreadable.add(job_id)
        else:
            found += [] if facts is None else [facts]
    found.sort(key=lambda facts: (facts.number, facts.job.created_at, facts.job.job_id))
    return found, unreadable


def bring_voices_back(connection: sqlite3.Connection, found: Iterable[VoiceFacts]) -> tuple[int, set[str]]:
    """Take what folders know into the tables: how many voices were missing there, and what no table takes.
    The caller has begun a transaction.
    """
    added = 0
    unfit = set()
    for facts in found:
        try:
            added += bring_back(connection, facts)
        except (sqlite3.IntegrityError, OverflowError, UnicodeError):
            unfit.add(facts.voice.job_id)
    return added, unfit


def reconcile(
    connection: sqlite3.Connection, *, folders: VoiceFolders, aside: Path | None
) -> Recovery | None:
    """Let tables and folders have the same voices. What the user should know of it, and of the file that
    was set ``aside`` before.

    A voice of which only its folder knows was lost with the end of a log, or with the whole file; one of
    which only the table knows is of an older program. Reading all folders would hold up every start: it is
    done where those that are missing, not over or new show that the tables are behind.
    """
    on_record = {str(row["job_id"]) for row in rows(connection, "SELECT job_id FROM voices")}
    try:
        in_folders = folders.job_ids()
    except StorageFailed:
        # The tables are whole without them.
        in_folders = on_record
    suspects = (in_folders - on_record) | (in_folders & _likely_to_be_behind(connection))
    found, unreadable = read_folders(folders, suspects)
    voices = 0
    if any(is_behind(connection, facts) for facts in found):
        with write_transaction(connection):
            # Read again: a clone of another process may have gone on before it let this one write.
            found, unreadable = read_folders(folders, in_folders)
            voices, unfit = bring_voices_back(connection, found)
        unreadable |= unfit
    for job_id in sorted(on_record - in_folders)[:_PUT_DOWN_AT_ONCE]:
        facts = facts_on_record(connection, job_id)
        # Where it fails, as on a full disk, the library is none the worse for it.
        with contextlib.suppress(StorageFailed):
            if facts is not None:
                folders.write(facts)
    if not voices and aside is None:
        return None
    sql = f"SELECT 1 FROM jobs WHERE state IN ({_MARKS}) AND is_set_aside = 0"  # noqa: S608
    return Recovery(
        voices=voices if aside is None else len(rows(connection, "SELECT 1 FROM voices")),
        open_jobs=len(rows(connection, sql, *UNFINISHED)),
        unreadable=len(unreadable - on_record),
        folder=str(folders.folder),
        aside=str(aside or ""),
    )


def _likely_to_be_behind(connection: sqlite3.Connection) -> set[str]:
    newest = "SELECT job_id FROM (SELECT job_id FROM jobs ORDER BY rowid DESC LIMIT 20)"
    sql = f"SELECT job_id FROM jobs WHERE state IN ({_MARKS}) UNION {newest}"  # noqa: S608
    return {str(row["job_id"]) for row in rows(connection, sql, *UNFINISHED)}


def _workshop(path: Path) -> Path:
    return path.with_name(f"{path.stem}.rebuilding")


def _aside(path: Path, mark: str) -> Path:
    return path.with_name(f"{path.stem}.damaged-{mark}{path.suffix}")


def _free_mark(path: Path, now: datetime) -> str:
    day = f"{now:%Y-%m-%d}"
    for number in itertools.count(1):
        mark = day if number == 1 else f"{day}-{number}"
        aside = _aside(path, mark)
        if not any(aside.with_name(aside.name + end).exists() for end in (*COMPANIONS, "")):
            return mark
    raise AssertionError


def _move(source: Path, target: Path) -> None:
    """Rename without writing over what is there: that can only have come from outside."""
    for number in itertools.count(1):
        free = target if number == 1 else target.with_name(f"{target.name}.{number}")
        if not free.exists():
            with contextlib.suppress(FileNotFoundError):
                source.rename(free)
            return

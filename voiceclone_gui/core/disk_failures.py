"""What the system says when a file can't be written, as one of our errors."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from voiceclone_gui.core.errors import StorageFailed

# What stands in the way of a write, where its cure is another than for the rest.
_WRITE_CODES = {
    errno.ENOSPC: "storage-no-room",
    errno.EDQUOT: "storage-no-room",
    errno.EROFS: "storage-read-only",
    errno.EACCES: "storage-no-permission",
    errno.EPERM: "storage-no-permission",
}


def storage_failure(path: Path, error: OSError, *, code: str = "") -> StorageFailed:
    """The sentence for a file or folder that can't be used, without a ``code``: that can't be written."""
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    code = code or _WRITE_CODES.get(error.errno or 0, "storage-not-writable")
    return StorageFailed(code, path=str(path), reason=reason)

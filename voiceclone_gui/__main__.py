"""The entry point: take the token out of the environment, read the arguments, start the app."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from voiceclone_gui.arguments import CloneOptions, parse_arguments
from voiceclone_gui.core.catalog import load_catalog
from voiceclone_gui.core.token import Token


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    # First of all: no child process may inherit it.
    token = Token(os.environ.pop("VOICECLONE_TOKEN", ""))
    catalog = load_catalog()
    options = parse_arguments(sys.argv[1:] if argv is None else argv, catalog=catalog)
    if isinstance(options, CloneOptions):
        from voiceclone_gui.app.clone_command import clone_in_terminal

        return clone_in_terminal(options, token=token, catalog=catalog)
    if options.self_test:
        from voiceclone_gui.app.self_test import run_self_test

        return run_self_test(catalog)
    # Until the window is seen there is no garbage worth looking for; it takes a tenth of the time.
    gc.disable()
    from voiceclone_gui.ui.plain_imports import use_plain_imports

    use_plain_imports()
    from voiceclone_gui.app.open_window import open_window

    return open_window(options, token=token, catalog=catalog)


if __name__ == "__main__":
    sys.exit(main())

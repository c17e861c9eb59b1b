"""The entry point of `lrcli` and `python -m lrcli`, which handles signals: without a traceback, with cleaning up."""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # importing typing would take most of the time before Ctrl-C is handled
if TYPE_CHECKING:
    from typing import NoReturn


def _stop_at_once(number: int, _frame: object) -> NoReturn:
    os._exit(128 + number)


def _end(number: int, _frame: object) -> NoReturn:
    """Exit by an exception, as Ctrl-C does, so that unfinished files are removed."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> None:
    """Run the command line."""
    interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if interruptible:
        signal.signal(signal.SIGINT, _stop_at_once)  # there is nothing to clean up while the command line is imported
    from lrcli.cli import main as run

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        if interruptible:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        if interruptible:
            signal.signal(signal.SIGINT, _stop_at_once)


if __name__ == "__main__":
    main()

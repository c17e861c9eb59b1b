"""What `lrcli` and `python -m lrcli` start: quiet until the command line is loaded, and tidy when it is ended."""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # typing would be most of what is loaded before Ctrl-C is quiet
if TYPE_CHECKING:
    from typing import Any, NoReturn


def _stop_at_once(number: int, _frame: Any) -> NoReturn:
    os._exit(128 + number)


def _end(number: int, _frame: Any) -> NoReturn:
    """End as Ctrl-C does, so that nothing half-written stays."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> None:
    """Run the command line."""
    interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if interruptible:
        signal.signal(signal.SIGINT, _stop_at_once)  # while it loads, there is nothing to clean up
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

"""The command line. Heavy libraries are imported by the command that needs them, not by --help."""

from __future__ import annotations

import atexit
import gc
import os
import sys

from clerkwork.errors import SetupError

__all__ = ["main"]

_GARBAGE = 20_000
"""Objects that are made, and not freed, before Python looks for what nobody can reach any more."""


def main() -> None:
    """Run the command line; every failure of ours is one clear message and an exit status not 0.

    2 if this machine or workspace is not ready, 1 if the work failed or stopped, 130 if it
    was interrupted.
    """
    # Imports leave no garbage, and at the end the system frees all at once: neither is looked
    # through for it, which took a third of a short command's time.
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)
    from clerkwork.cli.app import command_for
    from clerkwork.cli.show import failure

    try:
        command_for(sys.argv[1:])(prog_name="clerkwork")
    except KeyboardInterrupt:
        failure("interrupted; what was done is kept, and the next run goes on from there")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `| head` does; Python would complain of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        from clerkwork.cli.fault import told

        failure(told(error))
        sys.exit(2 if isinstance(error, SetupError) else 1)

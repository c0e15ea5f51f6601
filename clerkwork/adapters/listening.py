"""Listen at an address of this machine; whoever cannot says so before anything is begun."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import ExitStack

from clerkwork.errors import SetupError

__all__ = ["listen"]


def listen(host: str, port: int) -> tuple[socket.socket, ...]:
    """Sockets that listen at all addresses of a host's name; closed by whoever asked for them.

    Raises `SetupError` naming the address where it is taken, or not one of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SetupError(
            f"the pages cannot be served on {host!r}, which is no address of this machine "
            f"({getattr(error, 'strerror', None) or error}). Give --host one that it has, such as "
            "127.0.0.1, or 0.0.0.0 for all of them"
        ) from error
    made: list[socket.socket] = []
    trouble: OSError | None = None
    with ExitStack() as stack:
        for family, kind, protocol, _, address in found:
            try:
                one = stack.enter_context(socket.socket(family, kind, protocol))
                if os.name == "posix":
                    # One that has just ended leaves its port behind for a minute.
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                one.bind(address)
                # At once: until somebody listens, another could bind the same.
                one.listen()
            except OSError as error:
                trouble = error
                # 'localhost' has two addresses, of which a machine may know one.
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    break
                continue
            made.append(one)
        else:
            if made:
                stack.pop_all()
                return tuple(made)
        raise SetupError(_refused(host, port, trouble)) from trouble


def _refused(host: str, port: int, trouble: OSError | None) -> str:
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if trouble is not None and trouble.errno == errno.EADDRINUSE:
        return (
            f"the pages cannot be served at {at}: another process listens there, perhaps a "
            "`clerkwork serve` or `clerkwork console` that is still at work. End that one, or "
            "give another --port (`pages` in config/workspace.toml is the address in the mails)"
        )
    why = (trouble.strerror or str(trouble)) if trouble is not None else "it has no address"
    return (
        f"the pages cannot be served at {at}: {why}. Give --host an address that this machine "
        "has, such as 127.0.0.1, and --port a number that you may listen at"
    )

"""The demo's world as a process of its own: both portals, the mail server, the approver, the clock.

Started as `python -m clerkwork.demo.world FOLDER --size full --ports 8471,8472,8473,8474`. It says
`ready` on its output when everything answers, and ends when its input is closed, so
that it never outlives whoever started it.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import secrets
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette

from clerkwork.demo import kantoor, polder
from clerkwork.demo.approver import Approver
from clerkwork.demo.book import Book
from clerkwork.demo.clock import WorldClock
from clerkwork.demo.control import make_control
from clerkwork.demo.faults import Faults
from clerkwork.demo.mailroom import serve_mail
from clerkwork.demo.seed import make_book

__all__ = ["Ports", "create_world", "main"]

BANK_SECRET_BYTES = 10
"""The bank hands out 80 bits, as banks do."""


class Ports:
    """Where the world listens, all on loopback."""

    def __init__(self, text: str) -> None:
        self.kantoor, self.polder, self.control, self.mail = (int(p) for p in text.split(","))


def create_world(folder: Path, *, size: str, seed: int) -> None:
    """Make the databases, the people's truth and the credentials, unless they are there."""
    done = folder / "credentials.json"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    book = make_book("small" if size == "small" else "full", seed)
    kantoor.create_database(folder / "kantoor.sqlite", book)
    polder.create_database(folder / "polder.sqlite", book)
    (folder / "truth.json").write_text(json.dumps(_truth(book), default=str, indent=1))
    # Last: a world that was only half made is made anew.
    done.write_text(json.dumps(_credentials(), indent=1))


def _credentials() -> dict[str, str]:
    totp = base64.b32encode(secrets.token_bytes(BANK_SECRET_BYTES)).decode()
    return {
        "kantoor_erp.user": "robot1",
        "kantoor_erp.password": secrets.token_urlsafe(12),
        "polder_bank.user": "wgh-robot",
        "polder_bank.pin": "".join(secrets.choice("0123456789") for _ in range(5)),
        "polder_bank.totp": totp,
    }


def _truth(book: Book) -> dict[str, Any]:
    """What a perfect clerk would conclude, for the tests; the portals never see it."""
    return {
        "lines": [asdict(line) for line in book.lines],
        "orders": [asdict(order) for order in book.orders],
        "accounts": [asdict(account) for account in book.accounts],
    }


async def _serve(folder: Path, ports: Ports, *, approver: bool, hiccups: bool) -> None:
    known = json.loads((folder / "credentials.json").read_text())
    clock, faults = WorldClock(folder / "clock.json"), Faults()
    erp = kantoor.make_app(
        folder / "kantoor.sqlite",
        clock,
        faults,
        {known["kantoor_erp.user"]: known["kantoor_erp.password"]},
        hiccup_every=97 if hiccups else 0,
    )
    bank = polder.make_app(
        folder / "polder.sqlite",
        clock,
        faults,
        {known["polder_bank.user"]: (known["polder_bank.pin"], known["polder_bank.totp"])},
    )
    servers = [
        _server(erp, ports.kantoor),
        _server(bank, ports.polder),
        _server(make_control(faults), ports.control),
    ]
    clock.start()
    mail = serve_mail(folder / "mail", ports.mail)
    person = Approver(folder / "mail")
    if approver:
        person.start()
    running = asyncio.gather(*(server.serve() for server in servers))
    ended = asyncio.Event()
    Thread(target=_watch_input, args=(asyncio.get_running_loop(), ended), daemon=True).start()
    try:
        while not all(server.started for server in servers):
            if running.done():
                await running
            await asyncio.sleep(0.01)
        print("ready", flush=True)
        await ended.wait()
    finally:
        clock.stop()
        person.stop()
        mail.stop()
        for server in servers:
            server.should_exit = True
        await running


def _server(app: Starlette, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def _watch_input(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(ended.set)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=("full", "small"), default="full")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--ports", type=Ports, required=True)
    parser.add_argument("--no-approver", action="store_true")
    parser.add_argument("--no-hiccups", action="store_true")
    given = parser.parse_args()
    taken = [port for port in vars(given.ports).values() if not _free(port)]
    if taken:
        raise SystemExit(f"port {taken[0]} is taken: stop what listens there")
    create_world(given.folder, size=given.size, seed=given.seed)
    asyncio.run(
        _serve(
            given.folder,
            given.ports,
            approver=not given.no_approver,
            hiccups=not given.no_hiccups,
        )
    )


if __name__ == "__main__":
    main()

"""The approval pages, served here or by a process of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from loguru import logger

from clerkwork.bootstrap.office import link_key, open_office
from clerkwork.workspace import Workspace

__all__ = ["serve", "serving"]


def serve(folder: Path | None, *, host: str, port: int) -> None:
    """Serve the approval pages until interrupted."""
    import uvicorn

    from clerkwork.web.approvals import approval_app
    from clerkwork.web.payments import add_payment_page

    with open_office(folder, level="INFO") as (place, office):
        port = port or urlsplit(place.config.settings.pages).port or 8475
        app = approval_app(
            approvals=office.approvals,
            books=office.books,
            queue=office.queue,
            clock=office.clock,
            calendar=office.calendar,
            key=link_key(place, office.vault),
            house=place.config.creditor.name,
        )
        add_payment_page(app, place.config.creditor, place.config.texts)
        logger.info("approval pages at http://{}:{}", host, port)
        uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


@contextmanager
def serving(place: Workspace) -> Iterator[None]:
    """The approval pages, served by a process of their own inside the block."""
    command = [sys.executable, "-m", "clerkwork.cli", "serve", "--workspace", str(place.root)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)

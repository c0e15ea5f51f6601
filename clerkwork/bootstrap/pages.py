"""The approval pages, served here or by a process of their own."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loguru import logger

from clerkwork.adapters.holding import this_machine
from clerkwork.adapters.listening import listen
from clerkwork.app.office import Office
from clerkwork.bootstrap.beside import beside
from clerkwork.bootstrap.lookout import lookout_beside, tell_that_store_is_gone
from clerkwork.bootstrap.office import link_key, open_office
from clerkwork.bootstrap.paying import till_of
from clerkwork.bootstrap.provider import add_provider
from clerkwork.bootstrap.standing import standing_of
from clerkwork.core.creditor import has_own_page
from clerkwork.errors import ClerkworkError, StoreGone
from clerkwork.workspace import Workspace

if TYPE_CHECKING:
    from uvicorn import Server

__all__ = ["pages_in_thread", "serve", "serve_to_end_of_input", "serving"]


def serve(folder: Path | None, *, host: str, port: int) -> None:
    """Serve the approval pages until interrupted; raises `StoreGone` once their store is lost."""
    lost: list[StoreGone] = []

    def look(ending: threading.Event) -> None:
        while not lost and not ending.wait(place.config.settings.engine.heartbeat):
            try:
                office.holding.sure()
            except StoreGone as error:
                lost.append(error)
                server.should_exit = True
                tell_that_store_is_gone(place, office, f"console on {this_machine()}", str(error))

    with (
        open_office(folder, level="INFO") as (place, office),
        _server(place, office, host, port) as (server, run),
        beside(look),
    ):
        run()
    if lost:
        raise lost[0]


@contextmanager
def pages_in_thread(place: Workspace, office: Office, *, host: str, port: int) -> Iterator[None]:
    """The pages, served by a thread of this process inside the block.

    Raises `SetupError` where they cannot be served there.
    """
    with _server(place, office, host, port) as (server, run):
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def _server(
    place: Workspace, office: Office, host: str, port: int
) -> Iterator[tuple[Server, Callable[[], None]]]:
    """The server, and what runs it to its end; it listens already."""
    import uvicorn

    from clerkwork.web.approvals import approval_app
    from clerkwork.web.debtor import add_debtor_page
    from clerkwork.web.metrics import add_metrics
    from clerkwork.web.payments import add_payment_page
    from clerkwork.web.wishes import add_wishes_page

    port = port or urlsplit(place.config.settings.pages).port or 8475
    with ExitStack() as stack:
        sockets = listen(host, port)
        for one in sockets:
            stack.callback(one.close)
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
        add_provider(app, place, office)
        if has_own_page(place.config.creditor):
            till = till_of(place, office)
            for add in (add_debtor_page, add_wishes_page):
                add(
                    app,
                    till=till,
                    creditor=place.config.creditor,
                    texts=place.config.texts,
                    zone=place.config.calendar.zone,
                )
        lookout = stack.enter_context(lookout_beside(place, office))
        add_metrics(app, lambda: standing_of(place, lookout), office.vault)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            # Else the environment says whose word is taken for where somebody asks from.
            forwarded_allow_ips=list(place.config.settings.proxies),
        )
        server = uvicorn.Server(config)
        logger.info("pages at http://{}:{}", f"[{host}]" if ":" in host else host, port)
        yield server, partial(server.run, sockets=[*sockets])


@contextmanager
def serving(place: Workspace) -> Iterator[None]:
    """The approval pages, served by a process of their own inside the block.

    It ends with its input, so that nothing is left of it however this process ends.
    """
    program = f"from {__name__} import serve_to_end_of_input as s; import sys; s(sys.argv[1])"
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-c", program, str(place.root)],
        stdin=subprocess.PIPE,
        # Ctrl-C is this process's.
        start_new_session=True,
    )
    try:
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve_to_end_of_input(folder: str) -> None:
    """Serve the approval pages until whoever began this process has ended, or closes its input."""
    try:
        with (
            open_office(Path(folder), level="INFO") as (place, office),
            pages_in_thread(place, office, host="127.0.0.1", port=0),
        ):
            sys.stdin.read()
    except ClerkworkError as error:
        sys.exit(str(error))

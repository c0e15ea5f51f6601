"""Looks things up on changed pages with the real healer, and compares with the right answers."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from benchmarks._healing_mutations import Mutation, plan_of, twin_step
from benchmarks._healing_scenes import Lookup, Scene
from clerkwork.adapters.browser.healing import Healer
from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.memory import Memory
from clerkwork.adapters.browser.session import Session
from clerkwork.adapters.browser.tables import read_rows
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Picture, Screen

__all__ = ["Look", "PageServer", "Trial", "serving"]

Outcome = Literal["right", "wrong", "stopped", "proposed", "invented", "needless", "rightly gone"]
_LIBRARY = Path(__file__).with_name("_healing_mutations.js")


@dataclass(frozen=True, slots=True)
class Look:
    """One thing looked up, and how it ended."""

    scene: str
    name: str
    writes: bool
    outcome: Outcome
    """'proposed' and 'needless' are stops: with the right element proposed, and without need."""
    said: str = ""


@dataclass(slots=True)
class PageServer:
    address: str
    files: Mapping[str, str]

    def show(self, scene: Scene) -> str:
        """Serve a scene from now on; its address."""
        self.files = scene.files
        return f"{self.address}{scene.path}"


@contextmanager
def serving() -> Iterator[PageServer]:
    shown = PageServer("", {})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            page = shown.files.get(urlsplit(self.path).path)
            body = (page or "").encode()
            self.send_response(200 if page is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shown.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield shown
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _NoCamera:
    """Pictures cost much and are nobody's here."""

    def shot(self, label: str) -> Picture:
        return Picture(label=label, image=b"", gap="none is taken")

    def nameless(self, label: str) -> Picture:
        return self.shot(label)

    def take(self, label: str) -> None:
        """Nothing."""

    def keep(self, picture: Picture) -> None:
        """Nothing."""


class _Clock:
    def now(self) -> dt.datetime:
        return dt.datetime(2026, 3, 3, tzinfo=dt.UTC)

    def today(self) -> dt.date:
        return self.now().date()


def _of_column(
    got: Mapping[str, Sequence[str | None]], key: str, wanted: Sequence[str | None], gone: bool
) -> Outcome:
    """How the reading of one column ended; one in doubt is not there for whoever asks."""
    found = got.get(key, ())
    if all(text is None for text in found):
        return "rightly gone" if gone else "stopped"
    if gone:
        return "invented"
    return "right" if list(found) == list(wanted) else "wrong"


class _Hasty(Locator):
    """Waits for nothing: a saved page has nothing more to come."""

    @property
    def grace(self) -> float:
        return 0.02


class Trial:
    """One portal's saved pages in a real browser."""

    def __init__(self, server: PageServer, screen: Screen, portal: str, memory: Path) -> None:
        self._server = server
        self._session: Session = cast(Any, screen)._session
        self._portal = portal
        self._memory = memory
        self._camera = cast(Any, _NoCamera())
        self._learnt: Memory | None = None

    def learn(self, scene: Scene) -> None:
        """Look everything up on a page as it is, and remember it."""
        self._open(scene)
        memory = Memory(self._memory, self._portal)
        locator = self._locator(memory)
        for lookup in scene.lookups:
            if lookup.is_table:
                self._table(locator, lookup)
            else:
                locator.ask(lookup.act, lookup.name, lookup.values)
        memory.flush()

    def run(self, scene: Scene, mutation: Mutation | None) -> Iterator[Look]:
        """Every look-up of a page after a change, in reading and, where robots do, in writing."""
        self._open(scene)
        truths = self._note_truths(scene)
        tables = {
            lookup.name: self._table(self._locator(None), lookup)
            for lookup in scene.lookups
            if lookup.is_table
        }
        if mutation is not None:
            self._change(scene, mutation, truths)
        for lookup in scene.lookups:
            if lookup.is_table:
                yield from self._look_columns(scene, lookup, tables[lookup.name])
            else:
                for writes in (False, True) if lookup.writes else (False,):
                    yield self._look(scene, lookup, writes=writes)

    def _remembered(self) -> Memory:
        """As it was learnt: what a changed page teaches is forgotten with it."""
        if self._learnt is None:
            self._learnt = Memory(self._memory, self._portal)
            self._learnt.get("", "")
        fresh = copy(self._learnt)
        vars(fresh)["_kept"] = dict(vars(fresh)["_kept"])
        return fresh

    def _open(self, scene: Scene) -> None:
        self._session.open(self._server.show(scene))
        self._session.main.ask("mark", {})

    def _locator(self, memory: Memory | None) -> Locator:
        if memory is None:
            return _Hasty(self._session)
        return _Hasty(self._session, Healer(self._portal, self._camera, memory, _Clock()))

    def _table(self, locator: Locator, lookup: Lookup) -> dict[str, list[str | None]]:
        section = lookup.name.partition(".")[0]
        found: dict[str, list[str | None]] = {}
        rows = read_rows(locator, self._camera, section, {})
        try:
            for row in rows:
                for key, text in row.cells.items():
                    found.setdefault(key, []).append(text)
        except ClerkworkError:
            # One page of a longer list cannot tie out, nor can one whose total is gone.
            if not found:
                raise
        return found

    def _note_truths(self, scene: Scene) -> list[str]:
        """Tell the mutations, in the page's own world, which element each name means."""
        self._run(_LIBRARY.read_text(encoding="utf-8"))
        names = []
        for lookup in scene.lookups:
            if lookup.is_table:
                names += self._note_columns(lookup)
            elif self._mark(self._hit(lookup), lookup.truth):
                names.append(lookup.truth)
        return names

    def _note_columns(self, lookup: Lookup) -> list[str]:
        section = self._session.selectors.section(lookup.name.partition(".")[0])
        names = []
        for key, column in section.table.columns.items() if section.table else ():
            request = {
                "frames": list(section.frame),
                "finders": [{"kind": "css", "text": "table[border='1'] tr:first-child td"}],
            }
            found = (
                f"clerkPage.resolve({json.dumps(request)}).hits.find("
                f"(cell) => clerkFind.fold(cell.textContent) === {json.dumps(column.heading)})"
            )
            name = f"{section.name}.columns.{key}"
            if self._mark(found, name):
                names.append(name)
        return names

    def _hit(self, lookup: Lookup) -> str:
        """The expression of what the written selector hits alone."""
        _, _, request = Locator(self._session).request(lookup.name, lookup.values)
        first = {**request, "finders": cast(Any, request["finders"])[:1]}
        got = f"clerkPage.resolve({json.dumps(first)})"
        return f"(({{at, el}}) => at === 'one' ? el : null)({got})"

    def _mark(self, expression: str, name: str) -> bool:
        node = self._node(expression)
        if node is None:
            return False
        self._call(node, "function(name) { top.mutations.truth[name] = this; }", name)
        return True

    def _change(self, scene: Scene, mutation: Mutation, names: Sequence[str]) -> None:
        steps = []
        for step in plan_of(mutation, scene.name, names):
            if "of" in step:
                name, how = str(step["of"]), str(step["how"])
                label = str(self._run(f"mutations.nameOf({json.dumps(name)})"))
                step = twin_step(mutation, scene.name, name, label, how)
            steps.append(step)
        self._run(f"mutations.apply({json.dumps(steps)})")
        # What was done behind the session's back ends what it asked along before.
        self._session.main.rest(0)

    def _look(self, scene: Scene, lookup: Lookup, *, writes: bool) -> Look:
        there = bool(self._run(f"Boolean(mutations.truth[{json.dumps(lookup.truth)}])"))
        still = there and self._is_right(self._hit(lookup), lookup)
        locator = self._locator(self._remembered())
        said = ""
        self._iso("clerkHealing.last = null; clerkHealing.proposed = []; null")
        # What was asked along is not looked for again, so that it would not be seen what is found.
        self._session.main.rest(0)
        try:
            if writes:
                with locator.writing():
                    locator.ask(lookup.act, lookup.name, lookup.values)
            else:
                locator.ask(lookup.act, lookup.name, lookup.values)
        except ClerkworkError as error:
            said = str(error)
        outcome = self._outcome(lookup, there=there, still=still, said=said, writes=writes)
        return Look(
            scene.name,
            lookup.name,
            writes,
            outcome,
            said or "; ".join(map(str, locator.noted.drain())),
        )

    def _outcome(
        self, lookup: Lookup, *, there: bool, still: bool, said: str, writes: bool
    ) -> Outcome:
        if not said:
            if not there:
                return "invented"
            return "right" if self._is_right("clerkHealing.last", lookup) else "wrong"
        if not there:
            return "rightly gone"
        if still:
            return "needless"
        if self._is_right("clerkHealing.proposed[0] || null", lookup):
            return "proposed"
        return "stopped"

    def _look_columns(
        self, scene: Scene, lookup: Lookup, wanted: Mapping[str, Sequence[str | None]]
    ) -> Iterator[Look]:
        section = lookup.name.partition(".")[0]
        gone = {
            key
            for key in wanted
            if not self._run(f"Boolean(mutations.truth[{json.dumps(f'{section}.columns.{key}')}])")
        }
        said = ""
        got: Mapping[str, Sequence[str | None]] = {}
        try:
            got = self._table(self._locator(self._remembered()), lookup)
        except ClerkworkError as error:
            said = str(error)
        for key in wanted:
            name = f"{section}.columns.{key}"
            yield Look(
                scene.name, name, False, _of_column(got, key, wanted[key], key in gone), said
            )

    def _is_right(self, expression: str, lookup: Lookup) -> bool:
        node = self._node(expression)
        if node is None:
            return False
        same = """function(name) {
            const fold = (text) => (text || "").replace(/\\s+/g, " ").trim();
            const right = top.mutations.truth[name];
            if (!right) return false;
            const inside = this.contains(right);
            const same = inside && fold(this.textContent) === fold(right.textContent);
            return right === this || right.contains(this) || same;
        }"""
        return bool(self._call(node, same, lookup.truth))

    def _node(self, expression: str) -> str | None:
        """What an expression in the clerk's world finds, as an object of the page's own world."""
        line = self._session.main.connect()
        world = cast(Any, self._session.main)._world
        got = line.send(
            "Runtime.evaluate",
            {"expression": expression, "contextId": world, "returnByValue": False},
        )["result"]
        if "objectId" not in got or got.get("subtype") != "node":
            return None
        node = line.send("DOM.describeNode", {"objectId": got["objectId"]})["node"]
        mine = line.send("DOM.resolveNode", {"backendNodeId": node["backendNodeId"]})
        return str(mine["object"]["objectId"])

    def _call(self, node: str, function: str, name: str) -> Any:
        asked = {
            "objectId": node,
            "functionDeclaration": function,
            "arguments": [{"value": name}],
            "returnByValue": True,
        }
        answer = self._session.main.connect().send("Runtime.callFunctionOn", asked)
        return answer["result"].get("value")

    def _run(self, expression: str) -> Any:
        """In the page's own world."""
        asked = {"expression": expression, "returnByValue": True}
        answer = self._session.main.connect().send("Runtime.evaluate", asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", answer))
        return answer["result"].get("value")

    def _iso(self, expression: str) -> None:
        """In the clerk's world of the page that is open."""
        main = self._session.main
        asked = {"expression": expression, "contextId": cast(Any, main)._world}
        main.connect().send("Runtime.evaluate", asked)

"""A workspace of Acme's robot alone, with its portal open: to try and check the robot by hand."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from acme_portal import Acme, serve_acme
from back_office import BackOffice, settle_in

PARTS = Path(__file__).with_name("acme")
ITEMS = [
    ("2026-7001", "A-10", dt.date(2026, 3, 1), 123_456),
    ("2026-7002", "A-10", dt.date(2026, 3, 15), 80_000),
    ("2026-7003", "B-11", dt.date(2026, 4, 1), 1_050),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    office: BackOffice
    acme: Acme
    address: str

    def write(self, file: str, old: str, new: str) -> None:
        """Change a file of the workspace, where the old text stands first."""
        place = self.office.folder / file
        text = place.read_text(encoding="utf-8")
        assert old in text
        place.write_text(text.replace(old, new, 1), encoding="utf-8")


@contextmanager
def acme_bench(folder: Path) -> Iterator[Bench]:
    """Three open items, one receipt, and the robot's secrets in the vault."""
    acme = Acme(database=folder / "acme.sqlite")
    acme.owe(ITEMS)
    acme.ask("INSERT INTO receipts VALUES (41, 'CW-OLD', 'B-11', '2026-02-27', 5000)")
    office = settle_in(folder)
    for part in ("robots", "tasks", "selectors"):
        shutil.rmtree(office.folder / part)
        shutil.copytree(PARTS / part, office.folder / part)
    for part in ("robots", "tasks"):
        (office.folder / part / "__init__.py").touch()
    (office.folder / "config" / "workspace.toml").write_text("workbook = false\n")
    office.keep({"acme_erp.user": acme.user, "acme_erp.password": acme.password})
    with serve_acme(acme) as address:
        portal = f'[acme_erp]\naddress = "{address}"\nwrites = "auto"\n'
        (office.folder / "config" / "portals.toml").write_text(portal)
        yield Bench(office=office, acme=acme, address=address)

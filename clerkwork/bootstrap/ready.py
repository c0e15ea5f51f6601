"""What attempts find ready in the process that they are forked from: imported and read once.

Nothing here depends on a workspace, so that each attempt still reads its own anew. It happens on
import, because that is all that `multiprocessing`'s fork server does; only processes are forked
from here, so nothing may be opened or begin a thread.
"""

from __future__ import annotations

import gc
from importlib import import_module

import clerkwork
from clerkwork.adapters.report.html import prepare_pages
from clerkwork.bootstrap.versions import code_version
from clerkwork.core.calendar import TARGET, holidays_of
from clerkwork.workspace.config import prepare_config

for _name in (
    "RPA.Excel.Files",
    "alembic.command",
    "clerkwork.adapters.browser",
    "clerkwork.adapters.evidence.standalone",
    "clerkwork.bootstrap.attempt",
    "clerkwork.core.matching.plain",
    "mt940",
    "pandas",
    "playwright.sync_api",
    "polars",
):
    import_module(_name)
for _name in clerkwork.__all__:
    getattr(clerkwork, _name)
prepare_pages()
holidays_of(TARGET, 2000)
prepare_config()
# Attempts run with the code that stands as it is imported here: an upgrade restarts the engine.
code_version()
# Otherwise each attempt would look all of it through for garbage, and copy its pages doing so.
gc.collect()
gc.freeze()

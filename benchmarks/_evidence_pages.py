"""The page of the evidence benchmark: a form over a list of open items, and who serves it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["SELECTORS", "served"]

SELECTORS = """
[form]
reference = "label=Reference"
amount = "label=Amount"
text = "label=Text"
password = "label=Password"
"""

_ROWS = 24
_ACCOUNTS = ("NL91ABNA0417164300", "NL20INGB0001234567", "DE89370400440532013000")


def _page() -> str:
    rows = "".join(
        f"<tr><td>2026{n:04}<td>Bakkerij {n}<td class=account>{_ACCOUNTS[n % 3]}"
        f"<td>{n * 37 % 28 + 1:02}-03-2026<td>{n * 1337 % 9000 + 100},{n % 100:02}</tr>"
        for n in range(1, _ROWS + 1)
    )
    return f"""<!doctype html><title>Receipts</title><style>body {{ font: 13px Arial }}
td, th {{ border: 1px solid #999; padding: 3px 8px }}</style><h1>Key a receipt</h1><form>
<label>Reference <input name=r></label> <label>Amount <input name=a></label>
<label>Text <input name=t></label> <label>Password <input type=password name=p value=geheim></label>
</form><table><tr><th>Number<th>Debtor<th>Account<th>Due<th>Open</tr>{rows}</table>"""


@contextmanager
def served() -> Iterator[str]:
    """The page's address, as long as the block lasts."""
    content = _page().encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()

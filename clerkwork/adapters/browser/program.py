"""Which browser there is on this machine, and how it is started."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

__all__ = ["find_browser", "flags", "missing_browser_message"]

_NAMES = (
    # The browser without its windows: it is idle where the full one, unseen, keeps busy.
    "chrome-headless-shell",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium",
    "chromium-browser",
)
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
    "Chromium/Application/chrome.exe",
)
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


def find_browser(*, shown: bool = False) -> Path | None:
    """An installed Chrome, Edge or Chromium, else the one Playwright fetched; None if neither.

    With `shown` one that can be seen.
    """
    for name in _NAMES:
        if shown and "headless" in name:
            continue
        found = shutil.which(name)
        if found:
            return Path(found)
    for place in _usual_places():
        if place.is_file():
            return place
    return _own_of_playwright(shown)


def missing_browser_message() -> str:
    """What to say, and what to install, where `find_browser` finds none."""
    if sys.platform == "darwin":
        how = "install Google Chrome, or run: playwright install chromium"
    elif os.name == "nt":
        how = "install Microsoft Edge or Google Chrome, or run: playwright install chromium"
    else:
        how = (
            "as root, run: apt-get install chromium; without root, run: playwright install chromium"
        )
    return f"There is no Chrome, Edge or Chromium on this machine, which the robots drive. {how}."


def flags() -> list[str]:
    """Command line flags; the sandbox is off only for root, for whom Chromium refuses it."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_QUIET, *(["--no-sandbox"] if is_root else [])]


def _usual_places() -> list[Path]:
    if sys.platform == "darwin":
        roots = (Path("/Applications"), Path.home() / "Applications")
        return [root / app for root in roots for app in _MAC]
    if os.name == "nt":
        names = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        roots_there = [Path(os.environ[name]) for name in names if os.environ.get(name)]
        return [root / program for root in roots_there for program in _WINDOWS]
    return []


def _own_of_playwright(shown: bool) -> Path | None:
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if root and root != "0":
        place = Path(root)
    elif sys.platform == "darwin":
        place = Path.home() / "Library/Caches/ms-playwright"
    elif os.name == "nt":
        place = Path(os.environ.get("LOCALAPPDATA", "")) / "ms-playwright"
    else:
        place = Path.home() / ".cache/ms-playwright"
    patterns = (
        "chromium_headless_shell-*/*/headless_shell*",
        "chromium_headless_shell-*/*/chrome-headless-shell*",
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
        "chromium-*/chrome-mac*/*.app/Contents/MacOS/Google Chrome for Testing",
        "chromium-*/chrome-win*/chrome.exe",
    )
    found = [
        path
        for pattern in patterns
        if not (shown and "headless" in pattern)
        for path in place.glob(pattern)
    ]
    return max(found, key=lambda path: path.stat().st_mtime) if found else None

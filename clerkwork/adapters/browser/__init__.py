"""Portals through a real browser: `Browser` and `Screen` on Playwright and Chromium."""

from __future__ import annotations

from clerkwork.adapters.browser.browser import open_browser
from clerkwork.adapters.browser.program import find_browser, missing_browser_message

__all__ = ["find_browser", "missing_browser_message", "open_browser"]

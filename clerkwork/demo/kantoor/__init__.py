"""Kantoor ERP: a hostile bookkeeping portal in the manner of 2004, for the demo and the tests."""

from __future__ import annotations

from clerkwork.demo.kantoor.app import make_app
from clerkwork.demo.kantoor.database import create_database
from clerkwork.demo.kantoor.posting import Paid, Receipt, key_by_hand

__all__ = ["Paid", "Receipt", "create_database", "key_by_hand", "make_app"]

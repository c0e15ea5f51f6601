"""Paying made easy: the link to a debtor's page, what it asks, and what he may do there himself."""

from __future__ import annotations

from clerkwork.core.paying.dues import Dues, dues
from clerkwork.core.paying.links import PAY, WISHES, BadLink, PayLink, read_link, sign_link
from clerkwork.core.paying.rules import Paying, Provider, file_type, instalments, provider_link

__all__ = [
    "PAY",
    "WISHES",
    "BadLink",
    "Dues",
    "PayLink",
    "Paying",
    "Provider",
    "dues",
    "file_type",
    "instalments",
    "provider_link",
    "read_link",
    "sign_link",
]

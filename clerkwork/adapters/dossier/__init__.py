"""The collection dossier as one PDF and a zip, and the files of a claim that the workspace has."""

from __future__ import annotations

from clerkwork.adapters.dossier.documents import ClaimFiles
from clerkwork.adapters.dossier.plan import CollectionPlan
from clerkwork.adapters.dossier.writer import DossierFolder

__all__ = ["ClaimFiles", "CollectionPlan", "DossierFolder"]

"""Where the files of a claim are, as `config/collection.toml` declares it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CollectionPlan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionPlan:
    """`config/collection.toml`."""

    documents: str = "documents"
    """Folder with one folder a debtor, named by his number; relative to the workspace."""
    agreement: tuple[str, ...] = ("agreement", "contract", "overeenkomst")
    """Words with which the name of an agreement begins."""
    delivery: tuple[str, ...] = ("delivery", "pakbon", "vrachtbrief", "cmr")
    """Words with which the name of a proof of delivery begins."""

    def __post_init__(self) -> None:
        if not self.documents.strip():
            raise ValueError("documents must name a folder, which may be empty or missing")
        for name in ("agreement", "delivery"):
            if not all(word.strip() for word in getattr(self, name)):
                raise ValueError(f"{name} holds an empty word, with which any name begins")

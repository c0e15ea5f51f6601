"""Signing in: under which name the answer to a security question lies in the vault."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["answer_name"]

_LONGEST = 48


def answer_name(question: str) -> str:
    """'What is your mother's name?' → 'answer.what_is_your_mothers_name'.

    Small letters without accents, digits and single underscores. A question that is long, or
    not in Latin letters, gets a short hash behind it, so that two never share an answer.
    """
    folded = unicodedata.normalize("NFKD", " ".join(question.split()).casefold())
    plain = re.sub("['`\\u00b4\\u2019]", "", folded).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    letters = sum(sign.isalnum() for sign in folded)
    if len(words) > _LONGEST or 2 * sum(sign.isalnum() for sign in words) < letters:
        digest = hashlib.sha256(folded.encode()).hexdigest()[:8]
        words = f"{words[:_LONGEST].strip('_')}_h{digest}".lstrip("_")
    return f"answer.{words}" if words[:1].isalpha() else f"answer.q_{words}".rstrip("_")

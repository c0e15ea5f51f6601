"""Replies read by a model that learns from the labelled examples beside it."""

from clerkwork.adapters.replies.examples import Example, shipped
from clerkwork.adapters.replies.reader import THRESHOLD, ReplyReader

__all__ = ["THRESHOLD", "Example", "ReplyReader", "shipped"]

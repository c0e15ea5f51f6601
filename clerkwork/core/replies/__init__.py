"""Replies of debtors: what they say, when they will pay, what they object to, what it is about."""

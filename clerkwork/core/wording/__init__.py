"""What a text to a debtor says and how: how easy it reads, what it asks, whether it advertises."""

"""What a debtor may be asked beyond his debt, and when: one pack a country."""

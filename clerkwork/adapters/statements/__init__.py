"""Bank statements: CAMT.053, MT940 and CSV read into `Statement`, each file whole or not at all."""

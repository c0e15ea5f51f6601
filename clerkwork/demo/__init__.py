"""The demo: two hostile portals, their people and their mail, strangers to the engine."""

"""The trade, pure: no input, no output, no clock, no randomness."""

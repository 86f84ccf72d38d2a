"""The rules: frozen values and pure functions. No clock, no randomness, no storage, no settings, no log."""

"""Hashing, sealing, signing, the key ring and its vault, randomness: all that knows a key."""

"""A transport that counts, delays and fails calls to storage, for the budget and for faults."""

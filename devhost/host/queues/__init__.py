"""Queue triggers, as the host's storage extension runs them: batches, visibility, a count of tries, the poison queue."""

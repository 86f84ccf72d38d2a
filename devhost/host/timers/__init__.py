"""Timer triggers, as the host's WebJobs extension runs them: NCRONTAB, a status in a blob, one instance at a time."""

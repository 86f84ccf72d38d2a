"""The verbs, tried on the app with its storage in memory."""

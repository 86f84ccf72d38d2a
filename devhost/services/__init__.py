"""The programs that run beside the app while developing and testing: where they listen, how they start and end."""

"""What is not ours: the log's sink, and later mail, upstream sign-in and breach lists."""

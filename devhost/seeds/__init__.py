"""Seeds: the organisations, accounts and clients that a development or test environment starts with."""

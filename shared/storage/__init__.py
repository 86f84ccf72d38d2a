"""The shelves: Azure Storage behind the ports."""

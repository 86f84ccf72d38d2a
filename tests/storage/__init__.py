"""The shelves, tried on Azurite and in memory."""

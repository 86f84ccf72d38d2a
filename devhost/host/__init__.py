"""The local host: runs a Functions app as Azure would, on the real worker library, without Azure."""

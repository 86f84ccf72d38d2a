"""The obligations of the standards, tried over HTTP on the real worker library, Azurite and the vault double."""

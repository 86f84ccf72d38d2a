"""A mail catcher, so that development and tests see every mail and none leaves this machine; never deployed."""

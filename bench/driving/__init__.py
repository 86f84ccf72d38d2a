"""The driver: a process of its own that plays the clients, so that its CPU is on nobody's account."""

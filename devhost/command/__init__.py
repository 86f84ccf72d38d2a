"""What stands behind ./dev: one module per command, the exit codes, and the building of .venv."""

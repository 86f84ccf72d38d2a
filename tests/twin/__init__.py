"""In-memory stand-ins that behave like the real thing; for tests and benchmarks only."""

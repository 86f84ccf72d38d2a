"""Two small sites that sign people in through Sluis: the examples an integrator reads, and the tests run."""

"""What the benchmark of the flows runs on: the stores, the two providers on them, and what watches them."""

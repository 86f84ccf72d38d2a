"""What measurements say: percentiles, medians of rounds, ratios, and whether a target is met."""

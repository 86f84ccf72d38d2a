"""Benchmarks: what this costs, measured on the machine at hand. Each is one file; `./dev bench` lists them."""

"""End to end, as a person meets it: `./dev up`, a browser, two sites."""

"""What every test may use: the services, the whole app on them, one seed, and the rule that no test is left out."""

pytest_plugins = ["tests.services", "tests.stack", "tests.no_skips", "tests.seeds"]

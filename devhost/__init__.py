"""Everything a checkout needs around the app to run on one machine: never deployed."""

"""What the doors stand on: rules, flows, shelves, keys and the web without rules."""

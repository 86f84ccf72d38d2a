"""The verbs: each flow parses nothing, reads, lets a rule decide, and writes once."""

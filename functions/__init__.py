"""The doors: one file each. Parse, call one flow, answer."""

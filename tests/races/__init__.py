"""Many at once on two processes: what they were told, and whether one at a time could have been told the same."""

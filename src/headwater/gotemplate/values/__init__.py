"""The values that templates see, and their Go types."""

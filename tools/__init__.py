"""Programs for those who work on Headwater; none of it is installed."""

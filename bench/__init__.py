"""Figures, never tests: each module measures one thing as a ratio to something that ran at the same time."""

"""What is particular to each built-in kind: defaults, validation, what a write may change, cells of its table."""

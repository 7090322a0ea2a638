"""Go's fmt: Sprint, Sprintln and Sprintf."""

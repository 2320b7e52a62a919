"""The commune in one file: copied while it works, restored where there is nothing."""

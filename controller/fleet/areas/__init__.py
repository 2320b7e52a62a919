"""Areas and places come from files, and go back into them."""

"""Speak, queue or ignore, always with the reason. Pure: time, keys and places come in as values."""

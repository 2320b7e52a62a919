"""Official warnings: what a CAP message says, whether it is genuine, whom it concerns, and what becomes of it."""

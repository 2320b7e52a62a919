"""Real agents with pretended hardware."""

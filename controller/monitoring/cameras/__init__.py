"""What reports of cameras mean: states, outages, causes, uptime."""

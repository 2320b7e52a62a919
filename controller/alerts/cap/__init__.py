"""CAP 1.0, 1.1 and 1.2: read leniently into frozen values, verified strictly. Text from outside is only ever text."""

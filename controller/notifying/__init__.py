"""People and programs elsewhere are told of warnings and incidents."""

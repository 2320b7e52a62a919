"""The wire: the one home of what both ends share. Pure: no network, no files, no clock. README.md is its reference."""

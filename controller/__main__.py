"""The command `loa`."""

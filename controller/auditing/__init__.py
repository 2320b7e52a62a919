"""Whether the audit is whole, and what proves it."""

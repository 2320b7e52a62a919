"""The field: what travels on the wire, and the loudspeakers that hang on it."""

"""The edge agent: one loudspeaker that keeps its plan, plays it on time and says truthfully what became of it."""

"""How messages travel. Two links keep the same promises: `mqtt` over a real broker, `memory` inside one process."""

"""How fast the controller is on this machine: measured, never promised."""

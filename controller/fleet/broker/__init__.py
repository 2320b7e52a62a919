"""The brokers that the controller can run, and who may say and hear what there."""

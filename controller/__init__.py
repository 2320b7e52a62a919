"""The service that plans, publishes and proves what a commune's loudspeakers sound."""

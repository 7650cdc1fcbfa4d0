"""The worker process: one per device, the only place where models live."""

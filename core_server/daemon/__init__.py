"""The daemon process: answers clients, keeps jobs, hands them to workers. Never imports torch."""

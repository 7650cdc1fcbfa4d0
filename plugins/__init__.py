"""The plugins: host-agnostic logic in `common`, one folder per paint program, `build` to pack them.

Nothing imports them but `build`, which copies them into what a paint program can load, and tests.
"""

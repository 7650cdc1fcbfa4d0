"""What Impasto costs, measured beside what it is compared with: `python -m benchmarks`.

Not part of the package; needs the repository and the test extras.
"""

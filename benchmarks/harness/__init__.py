"""What the benchmark commands share: processes, peers, load, reports. Python's standard library only."""

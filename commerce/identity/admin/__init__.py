"""Identity's staff door: reads; every action calls a use case."""

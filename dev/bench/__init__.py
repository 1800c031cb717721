"""Figures of this machine: the load client, and what it is pointed at."""

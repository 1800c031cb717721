"""Identity: who is calling, what they may do, and who did what."""

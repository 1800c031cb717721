"""The carriers behind one protocol, and what they tell us."""

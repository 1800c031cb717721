"""Collections: shelves that staff arrange by hand, or that products find by rules."""

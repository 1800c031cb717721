"""A stateful stand-in for Stripe, spoken to only through Stripe's own SDK."""

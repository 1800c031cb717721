"""What must be delivered, without money."""

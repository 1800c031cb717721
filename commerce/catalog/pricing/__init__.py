"""What a variant costs at a moment."""

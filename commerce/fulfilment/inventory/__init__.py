"""Where units are, who holds them, and why each number changed."""

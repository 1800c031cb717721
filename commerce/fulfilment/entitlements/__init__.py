"""Who may use what, until when."""

"""Identity's door for the shell."""

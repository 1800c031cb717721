"""The developer's machine: private servers, one supervisor, the `make` commands. Never deployed."""

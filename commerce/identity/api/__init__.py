"""Identity's HTTP door: one file per noun, one class per endpoint."""

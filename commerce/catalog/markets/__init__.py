"""Where the shop sells: countries, their currency, their language, and whether prices hold tax."""

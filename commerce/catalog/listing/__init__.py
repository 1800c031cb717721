"""The read model: ready documents, one for each product and currency, found at once."""

"""Fulfilment: what is in stock, and how it reaches the customer."""

"""Rows from outside become products, prices and plans, through the use cases of each."""

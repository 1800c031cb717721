"""What is described (a product) and what can be bought (its variants), in a tree of categories."""

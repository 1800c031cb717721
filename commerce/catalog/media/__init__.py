"""Pictures of products: what came in, what is shown, and the files behind it."""

"""What kinds of products there are, and which facts each kind states about itself."""

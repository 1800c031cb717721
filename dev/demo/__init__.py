"""The shop's story, told by driving it over REST as a customer, a clerk and the clock would."""

"""Commerce: sells, bills and delivers. The map of this tree stands in README.md."""

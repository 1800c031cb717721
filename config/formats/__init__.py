"""How dates are written: as engineers and warehouses all over the world read them the same."""

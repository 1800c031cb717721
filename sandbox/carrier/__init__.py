"""A parcel carrier of its own: rates, labels, tracking, and webhooks when a parcel is scanned."""

"""A context of nothing but the kernel: how commerce/shared is tested without the business."""

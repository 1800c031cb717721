"""The demo shop: real retail data, and the commands that make it presentable."""

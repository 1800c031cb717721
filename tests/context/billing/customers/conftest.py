"""What tests of customers share: a bank that does as it is told."""

from tests.fakes.provider import bank

__all__ = ["bank"]

"""Identity's door for staff: people and their roles, API keys, the audit trail."""

from commerce.identity.admin import api_keys, audit, users

__all__ = ["api_keys", "audit", "users"]

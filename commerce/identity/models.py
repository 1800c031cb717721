"""Identity's tables."""

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.audit.models import AuditEntry
from commerce.identity.users.models import User

__all__ = ["ApiKey", "AuditEntry", "User"]

"""Identity's tables."""

from commerce.identity.api_keys.models import ApiKey
from commerce.identity.audit.models import AuditEntry
from commerce.identity.users.models import PasswordReset, SignInTries, User

__all__ = ["ApiKey", "AuditEntry", "PasswordReset", "SignInTries", "User"]

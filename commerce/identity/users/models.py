"""People with an account: customers and staff alike, known by their e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from commerce.shared import clock
from commerce.shared.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Accounts. Addresses are compared without regard to case, as every mail system does."""

    def with_email(self, email: str) -> models.QuerySet[User]:
        # Lower-cased by the database on both sides: Python's rules differ for a few letters,
        # and the unique index follows the database's.
        return self.filter(Exact(Lower("email"), Lower(Value(email.strip()))))

    def get_by_natural_key(self, username: str | None) -> User:
        return self.with_email(username or "").get()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Write an account; without a password nobody can sign in to it."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Answer `manage.py createsuperuser`."""
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)


class User(AbstractBaseUser, PermissionsMixin):
    """One person. What a staff member may do follows from the groups named in roles/role.py."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(Lower("email"), name="identity_user_email_once"),
        ]

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email


class SignInTries(models.Model):
    """The latest tries to sign in to one address, whether or not it has an account."""

    # SHA-256 of the lower-cased address: people mistype, and sometimes type their password.
    account = models.CharField(max_length=64, primary_key=True)
    tried_at = ArrayField(models.DateTimeField(), help_text="Oldest first; successes are removed.")
    forget_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="identity_tries_to_forget", fields=["forget_at"])]

    def __str__(self) -> str:
        return self.account


class PasswordReset(models.Model):
    """The latest wish of one person to choose a new password; a sweeper mails the link."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    requested_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, help_text="NULL once the mail has left.")

    class Meta:
        indexes = [
            models.Index(
                name="identity_reset_to_mail",
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user_id)

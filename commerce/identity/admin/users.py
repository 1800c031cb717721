"""People with an account: who they are, which roles they have."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from commerce.identity.roles.assign_roles import assign_roles
from commerce.identity.roles.role import Role
from commerce.identity.users.models import User
from commerce.identity.users.queries import roles_of, users_with_roles
from commerce.identity.users.request_password_reset import request_password_reset
from commerce.shared.admin import ActForm, Acting, StaffAdmin, act, email, flag, public_id


class RolesForm(ActForm):
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Without any role the person is a customer.",
    )

    def fields_for(self, row: User) -> dict[str, forms.Field]:
        self.initial["roles"] = sorted(roles_of(row))
        return {}


@admin.register(User)
class UserAdmin(StaffAdmin[User]):
    roles = ("support",)
    icon = "person"
    prefix = "usr"
    find_by = (email(),)
    search_help_text = "E-mail or usr_…"
    list_display = (
        "email",
        "name",
        "shown_roles",
        flag("is_active", "active"),
        "date_joined",
        "last_login",
    )
    list_filter = ("is_staff",)
    fields = (
        public_id("usr"),
        "email",
        "name",
        "shown_roles",
        flag("is_active", "active"),
        flag("is_superuser", "superuser"),
        "date_joined",
        "last_login",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return users_with_roles()

    @admin.display(description="roles")
    def shown_roles(self, user: User) -> str:
        return ", ".join(sorted(roles_of(user)))

    @act(
        "Assign roles",
        roles=(),
        asks="Every token of a person who becomes staff, or stops being it, ends.",
        form=RolesForm,
        icon="badge",
        is_recorded=False,
    )
    def assign_roles(self, user: User, form: RolesForm, acting: Acting) -> str:
        roles = [Role(value) for value in form.cleaned_data["roles"]]
        assign_roles(user_id=user.pk, roles=roles, actor=acting.actor, now=acting.now)
        return f"{user.email} is {', '.join(sorted(roles)) or 'a customer'} now."

    @act(
        "Send a password reset",
        roles=("support",),
        asks="A mail with a link that is good for an hour; at most one every five minutes.",
        icon="lock_reset",
        applies=lambda user: user.is_active,
    )
    def send_password_reset(self, user: User, form: ActForm, acting: Acting) -> str:
        request_password_reset(email=user.email, now=acting.now)
        return f"A link to choose a new password is on its way to {user.email}."

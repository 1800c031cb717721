"""People and keys, as tests need them."""

from __future__ import annotations

from collections.abc import Iterable

import factory
from django.contrib.auth.models import Group

from commerce.identity.models import User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A customer. `UserFactory(roles=["warehouse"])` is a member of staff."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("correct horse battery")

    @factory.post_generation
    def roles(self: User, create: bool, extracted: Iterable[str] | None, **_: object) -> None:  # noqa: FBT001 - factory_boy's signature
        if not create or not extracted:
            return
        self.is_staff = True
        self.save(update_fields=["is_staff"])
        self.groups.set(Group.objects.filter(name__in=list(extracted)))

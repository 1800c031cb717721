"""Entitlements: who may use what, until when, whatever order the news come in."""

import datetime as dt

import pytest

from commerce.fulfilment.entitlements.check_entitlement import check_entitlement
from commerce.fulfilment.entitlements.grant_entitlement import grant_entitlement
from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.entitlements.revoke_entitlement import revoke_entitlement
from commerce.shared.ids import new_id
from tests.at_once import at_once

MARCH, APRIL, MAY = (dt.datetime(2027, month, 1, tzinfo=dt.UTC) for month in (3, 4, 5))
MID_MARCH = dt.datetime(2027, 3, 15, tzinfo=dt.UTC)
ADA = new_id()

pytestmark = pytest.mark.django_db


def grant(reference="sub-1", *, start=MARCH, end=APRIL, feature="library"):
    return grant_entitlement(
        reference=reference, holder_id=ADA, feature=feature, valid_from=start, valid_until=end
    )


def check(at, *, feature="library", holder=ADA):
    return check_entitlement(holder_id=holder, feature=feature, at=at)


class TestCheckEntitlement:
    def test_gives_the_right_while_it_lasts(self):
        grant()

        found = check(MID_MARCH)

        assert (found.holder_id, found.feature) == (ADA, "library")
        assert (found.valid_from, found.valid_until) == (MARCH, APRIL)

    @pytest.mark.parametrize("at", [MARCH - dt.timedelta(microseconds=1), APRIL])
    def test_gives_none_before_and_after(self, at):
        grant()

        assert check(at) is None

    def test_gives_none_to_others_and_for_other_features(self):
        grant()

        assert check(MID_MARCH, holder=new_id()) is None
        assert check(MID_MARCH, feature="printing") is None

    def test_gives_the_right_that_lasts_longest(self):
        grant("sub-1", end=APRIL)
        grant("gift", end=None)
        grant("sub-2", end=MAY)

        assert check(MID_MARCH).valid_until is None

    @pytest.mark.django_db(transaction=True)
    def test_is_one_statement(self, django_assert_num_queries):
        grant()

        with django_assert_num_queries(1):
            check(MID_MARCH)


class TestGrantEntitlement:
    def test_extends_the_same_right(self):
        grant()
        grant(start=APRIL, end=MAY)

        assert check(APRIL).valid_until == MAY
        assert Entitlement.objects.count() == 1

    def test_changes_nothing_when_an_older_one_comes_late(self):
        grant(start=APRIL, end=MAY)
        grant()

        assert check(APRIL).valid_until == MAY

    @pytest.mark.django_db(transaction=True)
    def test_makes_one_right_of_many_messages_at_once(self):
        outcomes = at_once([grant, lambda: grant(start=APRIL, end=MAY)] * 10)

        assert outcomes == {"done": 20}
        assert check(MID_MARCH).valid_until == MAY


class TestRevokeEntitlement:
    def test_ends_the_right_at_once(self):
        grant()
        revoke_entitlement(reference="sub-1", revoked_at=MID_MARCH)

        assert check(MARCH) is not None
        assert check(MID_MARCH) is None

    def test_closes_a_grant_that_comes_after_it(self):
        revoke_entitlement(reference="sub-1", revoked_at=MID_MARCH)
        assert check(MID_MARCH) is None

        grant()

        assert check(MID_MARCH) is None

    def test_lets_a_later_grant_begin_again(self):
        grant()
        revoke_entitlement(reference="sub-1", revoked_at=MID_MARCH)

        grant(start=APRIL, end=MAY)

        assert check(APRIL).valid_from == APRIL

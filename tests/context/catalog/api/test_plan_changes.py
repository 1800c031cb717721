"""Plans over REST, for staff of the catalog: terms, new versions of them, publish, retire."""

import pytest

from commerce.catalog.models import Plan, PlanVersion
from commerce.identity.models import AuditEntry
from commerce.shared.ids import encode, new_id
from tests.factories.catalog import offered
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

TEAM = {
    "code": "team",
    "title": "Team",
    "kind": "access",
    "interval_unit": "month",
    "anchor_day": 1,
    "feature": "team",
    "prices": [
        {
            "currency": "USD",
            "amount_minor": 10_00,
            "setup_fee_minor": 49_00,
            "charges": [
                {
                    "code": "seats",
                    "title": "Seats",
                    "model": "graduated",
                    "tiers": [
                        {"up_to": "5", "flat_minor": 100_00},
                        {"up_to": None, "unit_minor": "800"},
                    ],
                },
                {
                    "code": "calls",
                    "title": "Calls",
                    "model": "per_unit",
                    "cadence": "metered",
                    "meter": "api_calls",
                    "unit_minor": "0.05",
                    "included_units": "1000",
                },
            ],
            "phases": [{"periods": 2, "title": "Intro", "percent_off": "50"}],
        }
    ],
}
TERMS = {name: value for name, value in TEAM.items() if name != "code"}


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


@pytest.fixture
def team(staff):
    """The path of a plan that has just been written."""
    return f"/v1/plans/{staff.post('/v1/plans', TEAM, format='json').json()['id']}"


def with_price(**changes):
    return TERMS | {"prices": [TEAM["prices"][0] | changes]}


class TestWhoMayChange:
    @pytest.mark.parametrize(
        ("method", "rest"),
        [("get", "versions"), ("post", "versions"), ("post", "publish"), ("post", "retire")],
    )
    def test_is_staff_of_the_catalog(self, api, sign_in, method, rest):
        path = f"/v1/plans/{encode('plan', offered('team').plan_id)}/{rest}"

        assert getattr(api, method)(path).status_code == 401
        for caller in (UserFactory(), UserFactory(roles=["warehouse"])):
            assert getattr(sign_in(caller), method)(path).status_code == 403

    def test_is_nobody_else_for_new_plans(self, api, sign_in):
        assert api.post("/v1/plans", TEAM, format="json").status_code == 401
        assert sign_in(UserFactory()).post("/v1/plans", TEAM, format="json").status_code == 403


class TestCreate:
    def test_answers_with_the_draft_and_its_etag(self, staff):
        answer = staff.post("/v1/plans", TEAM, format="json")

        body = answer.json()
        assert (answer.status_code, answer["ETag"]) == (201, '"1"')
        assert (body["code"], body["status"], body["newest"]["version"]) == ("team", "draft", 1)
        [price] = body["newest"]["prices"]
        assert (price["setup_fee_minor"], price["minimum_minor"]) == (49_00, 0)
        assert price["charges"][1]["unit_minor"] == "0.05"
        assert price["phases"][0]["percent_off"] == "50"

    def test_may_be_repeated(self, staff):
        first = staff.post("/v1/plans", TEAM, format="json")
        again = staff.post("/v1/plans", TEAM, format="json")

        assert first.json() == again.json()

    def test_takes_no_code_that_has_other_terms(self, staff, team):
        refused = staff.post("/v1/plans", TEAM | {"title": "Crew"}, format="json")

        assert (refused.status_code, refused.json()["code"]) == (409, "plan_code_taken")

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount_minor": "10"},
            {"amount_minor": 10.5},
            {"setup_fee_minor": -1},
            {"currency": "XXX"},
            {"fee": 1},
            {"charges": [{"code": "a", "title": "A", "model": "free"}]},
            {"charges": [{"code": "a", "title": "A", "model": "flat", "unit_minor": 5}]},
            {"charges": [{"code": "a", "title": "A", "model": "flat", "unit_minor": "1e5"}]},
            {"charges": [{"code": "a", "title": "A", "model": "graduated"}]},
            {"charges": [{"code": "minimum", "title": "A", "model": "flat"}]},
            {"phases": [{"periods": 1}]},
            {"phases": [{"periods": 0, "price_minor": 1}]},
        ],
    )
    def test_refuses_what_contradicts_a_rule(self, staff, changes):
        body = with_price(**changes) | {"code": "team"}

        assert staff.post("/v1/plans", body, format="json").status_code == 422
        assert not Plan.objects.exists()

    def test_takes_each_currency_once(self, staff):
        twice = TEAM | {"prices": TEAM["prices"] * 2}

        assert staff.post("/v1/plans", twice, format="json").status_code == 422


class TestNewVersions:
    def test_are_written_beside_the_old(self, staff, team):
        terms = with_price(setup_fee_minor=0)

        answer = staff.post(f"{team}/versions", terms, format="json", headers={"If-Match": '"1"'})

        assert (answer.status_code, answer["ETag"]) == (201, '"2"')
        assert answer.json()["newest"]["version"] == 2
        listed = staff.get(f"{team}/versions").json()["data"]
        assert [(x["version"], x["prices"][0]["setup_fee_minor"]) for x in listed] == [
            (2, 0),
            (1, 49_00),
        ]

    def test_are_refused_to_who_has_read_an_older_plan(self, staff, team):
        staff.post(f"{team}/publish", headers={"If-Match": '"1"'})

        stale = staff.post(f"{team}/versions", TERMS, format="json", headers={"If-Match": '"1"'})
        blind = staff.post(f"{team}/versions", TERMS, format="json")

        assert (stale.status_code, stale.json()["current_version"]) == (412, 2)
        assert blind.status_code == 428
        assert PlanVersion.objects.count() == 1

    def test_are_of_a_plan_that_exists(self, staff):
        path = f"/v1/plans/{encode('plan', new_id())}/versions"

        answer = staff.post(path, TERMS, format="json", headers={"If-Match": "*"})

        assert answer.status_code == 404

    def test_come_in_a_fixed_number_of_statements(self, staff, team, django_assert_max_num_queries):
        for n in range(3):
            terms = TERMS | {"title": f"Team {n}"}
            staff.post(f"{team}/versions", terms, format="json", headers={"If-Match": "*"})

        with django_assert_max_num_queries(6):
            assert len(staff.get(f"{team}/versions").json()["data"]) == 4


class TestPublish:
    def test_offers_the_terms_to_everybody(self, staff, team, api):
        assert api.get(team).status_code == 404

        published = staff.post(f"{team}/publish", headers={"If-Match": '"1"'})

        offer = api.get(team)
        assert (published.json()["status"], published["ETag"]) == ("published", '"2"')
        assert (offer.status_code, offer["ETag"]) == (200, '"2"')
        assert offer.json()["setup_fee"] == {"amount": 49_00, "currency": "USD"}
        assert [x["code"] for x in offer.json()["charges"]] == ["seats", "calls"]
        assert api.get(team, headers={"If-None-Match": '"2"'}).status_code == 304

    def test_is_seen_in_the_list(self, staff, team, api):
        staff.post(f"{team}/publish", headers={"If-Match": "*"})

        [listed] = api.get("/v1/plans").json()["data"]
        assert listed == api.get(team).json()

    def test_is_only_of_what_was_read(self, staff, team):
        assert staff.post(f"{team}/publish", headers={"If-Match": '"7"'}).status_code == 412
        assert staff.post(f"{team}/publish").status_code == 428


class TestRetire:
    def test_takes_it_from_offer(self, staff, team, api):
        staff.post(f"{team}/publish", headers={"If-Match": "*"})

        retired = staff.post(f"{team}/retire", headers={"If-Match": '"2"'})

        assert (retired.json()["status"], retired["ETag"]) == ("retired", '"3"')
        assert api.get(team).status_code == 404
        late = staff.post(f"{team}/publish", headers={"If-Match": "*"})
        assert (late.status_code, late.json()["code"]) == (409, "plan_retired")


class TestTheTrail:
    def test_says_who_did_it(self, staff, team):
        staff.post(f"{team}/publish", headers={"If-Match": "*"})

        acts = AuditEntry.objects.order_by("at").values_list("action", flat=True)
        assert list(acts)[-2:] == ["catalog.plan.create", "catalog.plan.publish"]

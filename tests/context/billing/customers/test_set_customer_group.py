"""Groups of customers: who is in one has its prices, at once and in every checkout."""

import pytest

from commerce.billing.customers.models import Customer
from commerce.billing.customers.set_customer_group import NoGroupName, set_customer_group
from commerce.shared import ids
from commerce.shared.errors import NotFound
from commerce.shared.ids import new_id
from commerce.shared.money import Money
from tests.context.billing.flows import start
from tests.factories.billing import CustomerFactory
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db


class TestSetCustomerGroup:
    def test_puts_a_customer_in_and_takes_them_out_again(self):
        ada = CustomerFactory()

        set_customer_group(customer_id=ada.id, customer_group="wholesale")
        assert Customer.objects.get().customer_group == "wholesale"
        set_customer_group(customer_id=ada.id, customer_group="")
        assert Customer.objects.get().customer_group == ""

    @pytest.mark.parametrize("name", ["Wholesale", "a b", "x" * 61, "é", "a\x00b"])
    def test_takes_no_name_that_no_group_can_have(self, name):
        with pytest.raises(NoGroupName):
            set_customer_group(customer_id=CustomerFactory().id, customer_group=name)

    def test_knows_nobody_else(self):
        with pytest.raises(NotFound):
            set_customer_group(customer_id=new_id(), customer_group="wholesale")


@pytest.mark.usefixtures("shop")
class TestPricesOfAGroup:
    @pytest.fixture(autouse=True)
    def cheaper_mugs(self, shop, catalog):
        catalog.group_prices["wholesale", "mug"] = Money(9_00, "USD")

    def test_are_what_its_customers_are_shown(self):
        ada = CustomerFactory(user_id=new_id(), customer_group="wholesale")

        assert start(user_id=ada.user_id).checkout.items_minor == 18_00

    def test_are_not_what_others_are_shown(self):
        CustomerFactory(user_id=new_id(), customer_group="wholesale")

        assert start().checkout.items_minor == 25_00
        assert start(user_id=new_id()).checkout.items_minor == 25_00


class TestOverHttp:
    def put(self, client, customer_id, group="wholesale"):
        address = f"/v1/customers/{ids.encode('cus', customer_id)}/group"
        return client.post(address, {"customer_group": group}, format="json")

    def test_staff_say_whose_prices_a_customer_has(self, sign_in):
        ada = CustomerFactory()
        clerk = sign_in(UserFactory(roles=["support"]))

        answer = self.put(clerk, ada.id)

        assert answer.status_code == 200, answer.content
        assert answer.json()["customer_group"] == "wholesale"
        assert Customer.objects.get().customer_group == "wholesale"

    @pytest.mark.parametrize(("roles", "status"), [(["warehouse"], 403), ([], 403)])
    def test_others_do_not(self, sign_in, roles, status):
        assert (
            self.put(sign_in(UserFactory(roles=roles)), CustomerFactory().id).status_code == status
        )

    def test_strange_names_are_refused(self, sign_in):
        clerk = sign_in(UserFactory(roles=["finance"]))

        assert self.put(clerk, CustomerFactory().id, "Whole Sale").json()["code"] == "no_group_name"
        assert self.put(clerk, new_id()).status_code == 404

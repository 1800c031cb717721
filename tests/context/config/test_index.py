"""The address that `make run` prints as the API's."""

import pytest


@pytest.mark.django_db
class TestTheApisOwnAddress:
    def test_says_where_to_go_on(self, api):
        links = api.get("/v1/").json()

        assert links["documentation"] == "http://testserver/v1/docs"
        assert {name: api.get(link).status_code for name, link in links.items()} == dict.fromkeys(
            links, 200
        )

    def test_only_answers_questions(self, api):
        answer = api.post("/v1/", {}, format="json")

        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")

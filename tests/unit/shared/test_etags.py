"""ETags: what was read is what is changed."""

from __future__ import annotations

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from commerce.shared.api.etags import check_version, etag, is_unchanged, version_expected
from commerce.shared.api.problems import PreconditionRequired
from commerce.shared.errors import Stale


def request(**headers) -> Request:
    return Request(APIRequestFactory().patch("/", headers=headers))


class TestIfMatch:
    @pytest.mark.parametrize("given", ['"7"', 'W/"7"', "7", ' "7" '])
    def test_names_the_version_that_was_read(self, given):
        assert version_expected(request(**{"If-Match": given}), required=True) == 7

    def test_may_be_any_version_where_the_client_says_so(self):
        assert version_expected(request(**{"If-Match": "*"}), required=True) is None

    def test_may_be_left_out_only_where_the_endpoint_allows_it(self):
        assert version_expected(request(), required=False) is None
        with pytest.raises(PreconditionRequired):
            version_expected(request(), required=True)

    @pytest.mark.parametrize("given", ['"x"', '"-1"', '"٣"', '"1", "2"', '"' + "9" * 10 + '"'])
    def test_of_somebody_elses_making_matches_nothing(self, given):
        expected = version_expected(request(**{"If-Match": given}), required=True)

        with pytest.raises(Stale):
            check_version(expected=expected, current=1)

    def test_refuses_when_somebody_was_faster(self):
        check_version(expected=3, current=3)
        check_version(expected=None, current=3)
        with pytest.raises(Stale) as refused:
            check_version(expected=2, current=3)

        assert refused.value.current_version == 3


class TestIfNoneMatch:
    @pytest.mark.parametrize("given", [etag(7), 'W/"7"', '"5", "7"', "*"])
    def test_says_that_nothing_has_changed(self, given):
        assert is_unchanged(request(**{"If-None-Match": given}), version=7)

    @pytest.mark.parametrize("given", ["", '"6"', "7", '"77"'])
    def test_says_that_something_has(self, given):
        assert not is_unchanged(request(**{"If-None-Match": given}), version=7)

"""One row never stands in the way of the others, and the end of the task's time is no row's fault."""

from unittest import mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from commerce.shared import sweeping
from commerce.shared.sweeping import goes_well, outcome_of


def breaks():
    raise ValueError("three legs")


def runs_out_of_time():
    raise SoftTimeLimitExceeded


class TestAnOutcome:
    def test_is_what_was_given(self):
        assert outcome_of(lambda: 7) == 7

    def test_is_what_it_failed_on(self):
        assert isinstance(outcome_of(breaks), ValueError)

    def test_is_never_the_end_of_the_tasks_time(self):
        with pytest.raises(SoftTimeLimitExceeded):
            outcome_of(runs_out_of_time)


class TestGoingWell:
    def test_is_told_as_yes_or_no(self):
        assert [goes_well(act, event="a.b") for act in (lambda: None, breaks)] == [True, False]

    def test_tells_what_went_wrong_and_with_which(self, monkeypatch):
        told = mock.Mock()
        monkeypatch.setattr(sweeping, "log", told)

        goes_well(breaks, event="order.not_swept", order_id="ord_1")

        [said] = told.error.call_args_list
        assert (said.args, said.kwargs["order_id"]) == (("order.not_swept",), "ord_1")
        assert str(said.kwargs["exc_info"]) == "three legs"

    def test_never_swallows_the_end_of_the_tasks_time(self):
        with pytest.raises(SoftTimeLimitExceeded):
            goes_well(runs_out_of_time, event="a.b")

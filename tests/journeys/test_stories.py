"""The stories of `make demo`, lived in a private shop."""

from collections.abc import Callable

import pytest

from dev.demo.__main__ import STORIES
from dev.demo.moves import Shop
from dev.demo.narrator import Narrator
from dev.stack import Stack
from tests.shops import comes_to_rest

pytestmark = pytest.mark.stack


class TestTheShop:
    @pytest.mark.parametrize("tell", STORIES, ids=lambda story: story.__name__)
    def test_lives_the_story(self, shop: Shop, tell: Callable[[Shop, Narrator], None]):
        story = Narrator()

        tell(shop, story)

        assert story.verified >= 2

    def test_leaves_nothing_behind_that_does_not_add_up(self, stack: Stack, shop: Shop):
        comes_to_rest(stack)

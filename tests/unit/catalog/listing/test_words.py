"""Cutting text into words: alike for what is stored and for what is asked."""

import pytest

from commerce.catalog.listing.words import plain_words, search_expression, title_key


class TestWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("CJ-862799", "CJ 862799"),
            ("Juice – Apple, 64 oz (No. 12)", "Juice Apple 64 oz No 12"),
            ("snake_case", "snake case"),
            ("Crème brûlée", "Crème brûlée"),
            ("&|!():*'\\", ""),
        ],
    )
    def test_are_letters_and_digits_only(self, text, words):
        assert plain_words(text) == words


class TestSearchExpression:
    @pytest.mark.parametrize(
        ("asked", "expression"),
        [
            ("apple juice", "apple & juice:*"),
            ("  juice ", "juice:*"),
            ("a'b | c & !d <-> e", "a & b & c & d & e:*"),
            ("", ""),
            ("?!", ""),
        ],
    )
    def test_asks_for_every_word_and_for_what_the_last_may_become(self, asked, expression):
        assert search_expression(asked) == expression

    def test_has_an_end_however_much_is_pasted(self):
        assert search_expression("word " * 1000).count("&") == 15


class TestTitleKey:
    def test_sorts_regardless_of_case_and_quotes(self):
        titles = ["banana", "(Apple)", "Cherry", '"apricot"']

        assert sorted(titles, key=title_key) == ["(Apple)", '"apricot"', "banana", "Cherry"]

    def test_fits_its_column_even_where_folding_lengthens(self):
        assert len(title_key("ß" * 250)) == 100

"""Records of a file: each knows where it begins and ends, so that reading may go on at any of them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog.imports.records import LINE_BYTES_MAX, csv_records, json_records

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)
tables = st.lists(st.lists(cells, min_size=2, max_size=3), max_size=8)


def written(rows):
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue().encode()


def cut(data, size):
    return [data[i : i + size] for i in range(0, len(data), size)]


class TestCsv:
    @given(tables, st.integers(1, 50))
    def test_reads_what_was_written_however_it_is_cut(self, rows, size):
        data = written(rows)

        found = [record.value for record in csv_records(cut(data, size))]

        assert found == rows

    @given(tables.filter(bool), st.data())
    def test_goes_on_behind_any_record_as_if_it_had_never_stopped(self, rows, data):
        file = written(rows)
        whole = list(csv_records([file]))
        stopped = data.draw(st.sampled_from(whole))

        rest = list(
            csv_records([file[stopped.end :]], position=stopped.end, line=stopped.next_line)
        )

        assert rest == whole[whole.index(stopped) + 1 :]

    def test_names_the_line_a_record_begins_at_also_after_cells_of_several_lines(self):
        found = list(csv_records([b'a,"b\nb\nb"\nc,d\n']))

        assert [(x.line, x.next_line, x.value) for x in found] == [
            (1, 4, ["a", "b\nb\nb"]),
            (4, 5, ["c", "d"]),
        ]

    def test_takes_the_mark_that_spreadsheets_put_first_for_no_text(self):
        [found] = csv_records([b"\xef\xbb\xbfslug,title\n"])

        assert found.value == ["slug", "title"]

    @pytest.mark.parametrize(
        ("line", "problem"), [(b"\xff\xfe,c", "not in UTF-8"), (b"a\x00,c", "a null character")]
    )
    def test_goes_on_after_a_line_that_is_no_text(self, line, problem):
        good, bad, also_good = csv_records([b"a,b\n" + line + b"\nd,e\n"])

        assert (good.value, also_good.value) == (["a", "b"], ["d", "e"])
        assert (bad.line, bad.problem) == (2, problem)

    def test_goes_on_after_a_quote_in_the_wrong_place(self):
        bad, good = csv_records([b'"a"b,c\nd,e\n'])

        assert bad.problem
        assert good.value == ["d", "e"]

    def test_passes_over_empty_lines(self):
        assert [x.value for x in csv_records([b"a\n\n\r\nb\n"])] == [["a"], ["b"]]

    def test_refuses_a_line_without_end_and_does_not_gather_it_in_memory(self):
        chunks = [b"x" * 1000] * (3 * LINE_BYTES_MAX // 1000) + [b"\na\n"]

        *bad, good = csv_records(iter(chunks))

        assert bad
        assert all(x.problem for x in bad)
        assert good.value == ["a"]


class TestJsonLines:
    def test_reads_a_value_from_each_line(self):
        found = list(json_records([b'{"a": 1}\n\n[2]\n']))

        assert [(x.line, x.value) for x in found] == [(1, {"a": 1}), (3, [2])]

    def test_takes_what_is_written_like_a_null_character_and_is_none(self):
        [found] = json_records([rb'["\\u0000"]'])

        assert found.value == ["\\u0000"]

    @pytest.mark.parametrize(
        "line", [b"{", b"nonsense", b"\xff", b'{"a": NaN}', rb'{"\u0000": 1}', rb'["\\\u0000"]']
    )
    def test_goes_on_after_a_line_it_cannot_read(self, line):
        bad, good = json_records([line + b"\n{}\n"])

        assert bad.problem
        assert good.value == {}

"""Several things of one kind in one form, each a row: a grid of prices, the charges of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.formsets import TOTAL_FORM_COUNT, BaseFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from commerce.shared.admin.forms import in_style


class _GivenInput(forms.HiddenInput):
    # Its value stands beside it, in a column of its own.
    is_hidden = False


class GivenField(forms.CharField):
    """What a row is about, or is to be compared with: shown, sent along and not edited."""

    widget = _GivenInput
    is_given = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RowForm(forms.Form):
    """One row. A field with `show_hidden_initial` knows what its row showed when it was opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_style(self)


class RowsField(forms.Field):
    """Rows of one kind; they become a list of what is in them, without empty and removed ones.

    People add rows and remove them, unless they are `fixed`: then they are those that were shown.
    Wide rows are drawn `as_cards`. A form that was sent without these rows, because a choice in it
    has only now made them appear, is shown once more with them.
    """

    is_wide = True

    def __init__(
        self,
        row: type[RowForm],
        *,
        at_most: int,
        is_fixed: bool = False,
        as_cards: bool = False,
        **kwargs: Any,
    ) -> None:
        formset: Any = forms.formset_factory(
            row,
            extra=0,
            can_delete=not is_fixed,
            max_num=at_most,
            absolute_max=at_most,
            validate_max=True,
        )
        super().__init__(
            widget=_RowsWidget(formset, is_fixed=is_fixed, as_cards=as_cards),
            required=False,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        if value is None:
            raise forms.ValidationError("This is asked for now.")
        if not value.is_valid():
            raise forms.ValidationError(value.non_form_errors() or "Something in it is not right.")
        kept = (row for row in value if row not in getattr(value, "deleted_forms", ()))
        return [
            row.cleaned_data | {"changed": row.changed_data} for row in kept if row.cleaned_data
        ]

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if data is None else data

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and bool(data.has_changed())


class _RowsWidget(forms.Widget):
    def __init__(self, formset: type[BaseFormSet[Any]], *, is_fixed: bool, as_cards: bool) -> None:
        super().__init__()
        self.formset, self.is_fixed, self.as_cards = formset, is_fixed, as_cards

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> BaseFormSet[Any] | None:
        if f"{name}-{TOTAL_FORM_COUNT}" not in data:
            return None
        return self.formset(data, prefix=name)

    def render(
        self,
        name: str,
        value: BaseFormSet[Any] | Sequence[Mapping[str, Any]] | None,
        attrs: Any = None,
        renderer: Any = None,
    ) -> SafeString:
        rows = value if isinstance(value, BaseFormSet) else self.formset(initial=value, prefix=name)
        return render_to_string(
            "admin/rows_cards.html" if self.as_cards else "admin/rows_table.html",
            {"rows": rows, "name": name, "is_fixed": self.is_fixed},
        )

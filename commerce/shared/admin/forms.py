"""What a person fills in before an act: a confirm form with a token, drawn in the theme's style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold import widgets
from unfold.forms import AdminOwnPasswordChangeForm, BaseDialogForm

from commerce.shared.ids import new_id
from commerce.shared.money import EXPONENTS, Money

# What Django draws, and what the theme draws instead; the first that fits.
_WIDGETS: tuple[tuple[type[forms.Widget], Any], ...] = (
    (forms.FileInput, widgets.UnfoldAdminFileFieldWidget),
    (forms.CheckboxSelectMultiple, widgets.UnfoldAdminCheckboxSelectMultipleWidget),
    (forms.CheckboxInput, widgets.UnfoldBooleanSwitchWidget),
    (forms.Textarea, widgets.UnfoldAdminTextareaWidget),
    (forms.Select, widgets.UnfoldAdminSelectWidget),
    (forms.NumberInput, widgets.UnfoldAdminIntegerFieldWidget),
    (forms.TextInput, widgets.UnfoldAdminTextInputWidget),
)


class ActForm(BaseDialogForm):  # type: ignore[misc]  # unfold is untyped
    """The form of every act: at least the question, and the token that makes a double click one.

    Refusals of the use case are shown on it, so nothing that was typed is lost.
    """

    form_before_template = "admin/act_top.html"

    # Names of fields whose values go into the audit trail: ids, amounts and choices only.
    audited: ClassVar[tuple[str, ...]] = ()

    # What a question was answered.
    answer: str | SafeString = ""

    token = forms.UUIDField(initial=new_id, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        *,
        request: HttpRequest,
        row: Model | None = None,
    ) -> None:
        super().__init__(request, str(row.pk) if row else None, data, files)
        self.row: Any = row
        self.fields.update(self.fields_for(row))
        in_style(self)

    def fields_for(self, row: Any) -> dict[str, forms.Field]:
        """Give the fields that depend on the row: one for each line, an amount at most this.

        The row is None where the act is of the list, and is about to make one.
        """
        return {}

    def preview(self) -> str | SafeString:
        """Say what is about to happen, above the fields."""
        return ""

    def audit(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in self.audited}

    def get_before_template_context(
        self, request: HttpRequest, object_id: str | None = None
    ) -> dict[str, Any]:
        return {"form": self, "preview": self.answer or self.preview()}


class ReasonForm(ActForm):
    """Why, in a few words that others will read later."""

    reason = forms.CharField(max_length=200, help_text="Others will read it on the row.")


class AmountField(forms.DecimalField):
    """An amount in major units of one currency, as people write it; it becomes `Money`.

    More digits than the currency has are refused, never rounded.
    """

    def __init__(self, *, at_most: Money, **kwargs: Any) -> None:
        self.currency = at_most.currency
        super().__init__(
            max_value=at_most.to_decimal(),
            decimal_places=EXPONENTS[at_most.currency],
            max_digits=18,
            **{"help_text": f"At most {at_most}.", **kwargs},
        )

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else Money.from_decimal(amount, self.currency)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value <= 0:
            raise forms.ValidationError("The amount must be above zero.")


class LinesField(forms.CharField):
    """One thing a line; it becomes a list of them, without empty ones."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class UnitsField(forms.IntegerField):
    """How many units of one line."""

    def __init__(self, *, at_most: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=at_most,
            required=False,
            initial=0,
            help_text=f"At most {at_most}.",
            **kwargs,
        )


class UnitsForm(ActForm):
    """Some units of some lines; subclasses say which lines there are."""

    def lines_of(self, row: Any) -> Iterable[tuple[UUID, str, int]]:
        """Give id, title and the most units of each line that can be chosen."""
        raise NotImplementedError

    def fields_for(self, row: Any) -> dict[str, forms.Field]:
        lines = {f"units_{pk.hex}": (pk, title, most) for pk, title, most in self.lines_of(row)}
        self._line_ids = {name: pk for name, (pk, _, _) in lines.items()}
        return {
            name: UnitsField(at_most=most, label=title) for name, (_, title, most) in lines.items()
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and not self.units_by_line() and not self.may_be_without_units():
            raise forms.ValidationError("Choose at least one unit.")
        return cleaned

    def may_be_without_units(self) -> bool:
        return False

    def units_by_line(self) -> dict[UUID, int]:
        return {
            pk: units
            for name, pk in self._line_ids.items()
            if (units := self.cleaned_data.get(name))
        }

    def audit(self) -> dict[str, object]:
        return {**super().audit(), "units_by_line": self.units_by_line()}


class MomentField(forms.DateTimeField):
    """An instant in UTC, picked from the browser's own calendar."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]  # unfold is untyped
    """Somebody's own password, in the theme's style; the site says how it is saved."""


def in_style(form: forms.Form) -> None:
    """Draw every field of a form as the theme does."""
    for field in form.fields.values():
        field.widget = _styled(field)


def _styled(field: forms.Field) -> Any:
    given: Any = field.widget
    if isinstance(given, forms.HiddenInput):
        return given
    for plain, themed in _WIDGETS:
        if isinstance(given, plain):
            attrs = {name: value for name, value in given.attrs.items() if name != "class"}
            widget: Any = themed(attrs)
            widget.is_required = field.required
            if isinstance(given, forms.TextInput):
                widget.input_type = given.input_type
            if isinstance(field, forms.ChoiceField):
                widget.choices = field.choices
            return widget
    return field.widget

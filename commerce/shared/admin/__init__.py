"""The admin site's vocabulary: rows that staff can see, and acts that call use cases.

Contexts import from here and never from unfold, so that the theme can be taken out in one place.
"""

from commerce.shared.admin.acting import Acting, StillWrong, sentence_of
from commerce.shared.admin.acts import act, download, list_act, question
from commerce.shared.admin.columns import (
    address,
    days,
    flag,
    json_of,
    link,
    money,
    page,
    public_id,
    reference,
    rows_about,
    state,
    subject,
    text,
)
from commerce.shared.admin.filters import ALL, condition_filter, status_filter
from commerce.shared.admin.find import belonging_to, email, exact, number
from commerce.shared.admin.forms import (
    ActForm,
    AmountField,
    LinesField,
    MomentField,
    ReasonForm,
    UnitsField,
    UnitsForm,
)
from commerce.shared.admin.inlines import StaffInline
from commerce.shared.admin.lists import Queue
from commerce.shared.admin.row_fields import GivenField, RowForm, RowsField
from commerce.shared.admin.rows import StaffAdmin
from commerce.shared.admin.show import (
    NOTHING,
    amount,
    anchor,
    document,
    facts,
    grid,
    label,
    labels,
    picture,
    progress,
    timeline,
    title_of,
    url_of,
)

__all__ = [
    "ALL",
    "NOTHING",
    "ActForm",
    "Acting",
    "AmountField",
    "GivenField",
    "LinesField",
    "MomentField",
    "Queue",
    "ReasonForm",
    "RowForm",
    "RowsField",
    "StaffAdmin",
    "StaffInline",
    "StillWrong",
    "UnitsField",
    "UnitsForm",
    "act",
    "address",
    "amount",
    "anchor",
    "belonging_to",
    "condition_filter",
    "days",
    "document",
    "download",
    "email",
    "exact",
    "facts",
    "flag",
    "grid",
    "json_of",
    "label",
    "labels",
    "link",
    "list_act",
    "money",
    "number",
    "page",
    "picture",
    "progress",
    "public_id",
    "question",
    "reference",
    "rows_about",
    "sentence_of",
    "state",
    "status_filter",
    "subject",
    "text",
    "timeline",
    "title_of",
    "url_of",
]

"""The admin site's vocabulary: rows that staff can see, and acts that call use cases.

Contexts import from here and never from unfold, so that the theme can be taken out in one place.
"""

from commerce.shared.admin.acts import Acting, StillWrong, act
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
from commerce.shared.admin.filters import condition_filter, status_filter
from commerce.shared.admin.find import belonging_to, email, exact, number
from commerce.shared.admin.forms import (
    ActForm,
    AmountField,
    MomentField,
    ReasonForm,
    UnitsField,
    UnitsForm,
)
from commerce.shared.admin.inlines import StaffInline
from commerce.shared.admin.rows import Queue, StaffAdmin
from commerce.shared.admin.show import NOTHING, document, facts, label, labels, timeline

__all__ = [
    "NOTHING",
    "ActForm",
    "Acting",
    "AmountField",
    "MomentField",
    "Queue",
    "ReasonForm",
    "StaffAdmin",
    "StaffInline",
    "StillWrong",
    "UnitsField",
    "UnitsForm",
    "act",
    "address",
    "belonging_to",
    "condition_filter",
    "days",
    "document",
    "email",
    "exact",
    "facts",
    "flag",
    "json_of",
    "label",
    "labels",
    "link",
    "money",
    "number",
    "page",
    "public_id",
    "reference",
    "rows_about",
    "state",
    "status_filter",
    "subject",
    "text",
    "timeline",
]

"""Layouts resolved for one reader and one record."""

from formwork.forms.resolve import FormQuestion, form_conditions, resolve_form
from formwork.forms.view import DetailGrid, FieldView, FormView, RelatedView, SectionView, TabView

__all__ = [
    "DetailGrid",
    "FieldView",
    "FormQuestion",
    "FormView",
    "RelatedView",
    "SectionView",
    "TabView",
    "form_conditions",
    "resolve_form",
]

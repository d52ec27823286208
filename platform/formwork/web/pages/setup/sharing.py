"""Sharing: what everybody with a role sees anyway, and the named rules that open more, with how far each reaches."""

from flask import Flask, Response, request

from formwork.catalog.labels import role_label, rule_label
from formwork.identity import actor_of
from formwork.kernel import Unauthenticated
from formwork.records.sharing import MOST, RuleReach, sharing_rules
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.pages.setup.person_choice import chosen_person, person_choice
from formwork.web.views.rights import BaselineLine, RuleLine, SharingView
from formwork.web.visit import Visit

ADDRESS = "/setup/sharing"


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(ADDRESS)
    def show_sharing() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/sharing.html", _view(visit))


def _view(visit: Visit) -> SharingView:
    person, fault, actor = chosen_person(visit, request.args), "", None
    if person is None and request.args.get("user:title"):
        fault = _("Choose a person from the list.")
    if person is not None:
        try:
            actor = actor_of(visit.work, person)
        except Unauthenticated:
            fault = _("This person is deactivated or not there.")
    rules = sharing_rules(visit.work, actor)
    return SharingView(
        tuple(_baselines(visit)), tuple(_rule(visit, one) for one in rules),
        person_choice(visit, request.args, person, _("Count for"), invalid=bool(fault)), fault,
    )  # fmt: skip


def _baselines(visit: Visit) -> list[BaselineLine]:
    told = {
        "private": (_("Private"), _("Only the scopes of a grant open records.")),
        "read": (_("Read"), _("Whoever may read at all reads every record.")),
        "edit": (_("Read and edit"), _("Whoever may read or edit at all reaches every record.")),
        "parent": (_("As the parent"), _("The record it hangs on says who sees it.")),
    }
    by_baseline: dict[str, set[str]] = {}
    details = False
    for spec in visit.snapshot.objects.values():
        details = details or spec.master is not None
        if spec.master is None:
            by_baseline.setdefault(spec.definition.sharing, set()).add(visit.plural(spec))
    lines = [
        BaselineLine(*told.get(name, (name, "")), ", ".join(sorted(objects))) for name, objects in by_baseline.items()
    ]
    if details:
        text = _("Lines and other details are seen and changed with their record, unless a grant names them.")
        lines.append(BaselineLine(_("As the record they belong to"), text, ""))
    return lines


def _rule(visit: Visit, rule: RuleReach) -> RuleLine:
    roles = ", ".join(role_label(visit.snapshot, visit.locale, one) for one in rule.roles)
    plural = visit.plural(visit.snapshot.objects[rule.object])
    name = rule_label(visit.snapshot, visit.locale, rule.rule)
    if rule.reaches is None:
        return RuleLine(
            name,
            plural,
            rule.when,
            roles or _("no role"),
            "",
            _("hangs on the person"),
        )
    number = visit.formats.number(min(rule.reaches, MOST))
    reaches = _("more than %(count)s", count=number) if rule.reaches > MOST else number
    return RuleLine(name, plural, rule.when, roles or _("no role"), reaches)

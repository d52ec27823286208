"""Every page type, and the states worth a picture. Its name begins with the name of its template.

An address of the browser's door that is in neither list fails a test, as does a template without a picture.
"""

from dataclasses import dataclass
from urllib.parse import quote

from tests.look.acts import (
    Act,
    both,
    clash,
    click,
    fail_to_sign_in,
    fail_too_often,
    first_step,
    follow_invitation,
    invite,
    make_key,
    new_codes,
    press,
    save_nothing,
    select_rows,
    send_an_old_form,
    send_too_much,
    stop_viewing,
    type_in,
    view_as_role,
)
from tests.look.site import BOSS, CAREFUL, SELLER

SAMPLE = "sample:"
"""Begins a path of the sample pages."""


@dataclass(frozen=True, slots=True)
class Look:
    """One page to look at; `who` is the login of who looks, nobody when empty. Placeholders of `path`: see `Site`.

    `act` brings it into its state, `after` takes that back. `size` when the state is of one width only.
    """

    name: str
    path: str
    who: str = BOSS
    act: Act | None = None
    after: Act | None = None
    size: str = ""


PERSON = "/setup/people/{jonas.keller}"
ROW = "/o/account/import"

LOOKS = (
    Look("login", "/login", ""),
    Look("login-refused", "/login", "", fail_to_sign_in),
    Look("login-wait", "/login", "", fail_too_often),
    Look("second_step", "/login/second", "", first_step),
    Look("reset", "/reset", ""),
    Look("password_link-dead", "/link/not-a-link", ""),
    Look("problem_bare", SAMPLE + "problem-bare", ""),
    Look("problem-fault", SAMPLE + "problem", ""),
    Look("kept_form", SAMPLE + "kept-form", ""),
    Look("import_run", SAMPLE + "import-run", ""),
    Look("home", "/"),
    Look("home-seller", "/", SELLER),
    Look("home-menu", "/", act=click("[popovertarget=menu-person]")),
    Look("home-create", "/", act=click("#menu-create-opener"), size="1280"),
    Look("home-navigation", "/", act=click("[popovertarget=menu-nav]"), size="360"),
    Look("home-palette", "/", act=both(press("Control+k"), type_in("#palette-input", "or"))),
    Look("home-keys", "/", act=press("?"), size="1280"),
    Look("list", "/o/account?q="),
    Look("list-seller", "/o/opportunity", SELLER),
    Look("list-view", "/o/sales_order"),
    Look("list-leads", "/o/lead"),
    Look("list-three", "/o/account?q={three:account.number}"),
    Look("list-long-names", "/o/account?q=&sort=-created_at"),
    Look("list-none", "/o/account?q=" + quote("name = 'nobody at all'")),
    Look("list-empty", "/o/activity_plan_run?q="),
    Look("list-wrong-filter", "/o/account?q=" + quote("nmae = ")),
    Look("list-filter", "/o/sales_order", act=click("#menu-filter-opener")),
    Look("list-selected", "/o/account?q=", act=select_rows),
    Look("list-viewed-as", "/setup/roles/sales_rep", act=view_as_role, after=stop_viewing),
    Look("record", "/o/opportunity/{id:opportunity}"),
    Look("record-with-details", "/o/sales_order/{id:sales_order}"),
    Look("record-long-name", "/o/account/{long}"),
    Look("record-chinese-name", "/o/account/{chinese}"),
    Look("record-related", "/o/account/{id:account}/related"),
    Look("record-history", "/o/account/{id:account}/history"),
    Look("record-menu", "/o/account/{id:account}", act=click("#menu-more-opener")),
    Look("share", "/o/opportunity/{id:opportunity}/share"),
    Look("form-new", "/o/account/new"),
    Look("form-refused", "/o/account/new", act=save_nothing),
    Look("form-with-details", "/o/sales_order/new"),
    Look("form-edit", "/o/sales_order/{id:sales_order}/edit"),
    Look("form-lookup", "/o/contact/new", act=type_in("[role=combobox]", "a")),
    Look("conflict", "/o/account/{long}/edit", act=clash),
    Look("import_upload", ROW),
    Look("import_map", ROW + "/{waiting}/map"),
    Look("import_options", ROW + "/{waiting}/options"),
    Look("import_check", ROW + "/{waiting}/check"),
    Look("import_result", ROW + "/{finished}/result"),
    Look("search", "/search?q=or"),
    Look("search-none", "/search?q=zqxzqx"),
    Look("preferences", "/preferences"),
    Look("security", "/security"),
    Look("security-with-factor", "/security", CAREFUL),
    Look("second_factor", "/security/second-factor"),
    Look("second_factor-code", "/security/second-factor", SELLER, click("main form button[type=submit]")),
    Look("recovery_codes", "/security", CAREFUL, new_codes),
    Look("confirm", "/security/confirm"),
    Look("keys", "/security/keys"),
    Look("keys-made", "/security/keys", act=make_key),
    Look("setup", "/setup"),
    Look("people", "/setup/people"),
    Look("person", PERSON),
    Look("leaving", PERSON + "/deactivate"),
    Look("invite", "/setup/people/invite"),
    Look("invite-done", "/setup/people/invite", act=invite),
    Look("password_link", "/setup/people/invite", act=follow_invitation),
    Look("sign_in", "/setup/sign-in"),
    Look("provider", "/setup/sign-in/providers/acme"),
    Look("provider-new", "/setup/sign-in/providers/new"),
    Look("departments", "/setup/departments"),
    Look("teams", "/setup/groups"),
    Look("teams-queues", "/setup/queues"),
    Look("team", "/setup/groups/{id:group}"),
    Look("team-queue", "/setup/queues/{id:queue}"),
    Look("invite-portal", "/setup/people/invite?kind=customer"),
    Look("list-users", "/o/user?q="),
    Look("record-user", "/o/user/{jonas.keller}"),
    Look("roles", "/setup/roles"),
    Look("role", "/setup/roles/sales_rep?open=opportunity"),
    Look("role-everything", "/setup/roles/admin"),
    Look("compare", "/setup/roles/compare?left=sales_rep&right=sales_manager"),
    Look("sharing", "/setup/sharing"),
    Look("sharing-of-one", "/setup/sharing?user={jonas.keller}"),
    Look("why", "/setup/explain"),
    Look("why-yes", "/setup/explain?user={jonas.keller}&verb=read&object=opportunity&record={id:opportunity}"),
    Look("why-no", "/setup/explain?user={jonas.keller}&verb=delete&object=invoice&record={id:invoice}"),
    Look("studio", "/studio"),
    Look("studio_objects", "/studio/objects"),
    Look("studio_objects-none", "/studio/objects?find=zqxzqx"),
    Look("studio_new_object", "/studio/objects/new"),
    Look("studio_object", "/studio/objects/vehicle"),
    Look("studio_object-of-a-package", "/studio/objects/account"),
    Look("studio_field", "/studio/objects/vehicle/fields/fuel"),
    Look("studio_field-new", "/studio/objects/vehicle/fields/new?type=select"),
    Look("studio_field-of-a-package", "/studio/objects/account/fields/industry"),
    Look("studio_yaml", "/studio/objects/vehicle/yaml"),
    Look("studio_yaml-of-a-document", "/studio/yaml/objects/tenant/vehicle.yaml"),
    Look("studio_publish", "/studio/publish"),
    Look("studio_settings", "/studio/objects/vehicle/settings"),
    Look("studio_rights", "/studio/objects/vehicle/rights"),
    Look("studio_rules", "/studio/objects/sales_order/rules"),
    Look("studio_versions", "/studio/versions"),
    Look("studio_version", "/studio/versions/1"),
    Look("audit", "/setup/audit"),
    Look("audit_entry", "/setup/audit/{entry}"),
    Look("privacy", "/setup/privacy?text=ada"),
    Look("privacy_person", "/setup/privacy/person?record=user:{jonas.keller}"),
    Look("problem-missing", "/o/account/00000000-0000-7000-8000-000000000000"),
    Look("problem-no-right", "/setup/roles", SELLER),
    Look("problem-too-much", "/preferences", act=send_too_much),
    Look("problem-old-form", "/preferences", act=send_an_old_form),
)

NO_TEMPLATES = frozenset({"provider_link"})
"""Pages that need somebody who has come back from a provider; tests/web/test_provider.py reads them."""
NO_PAGES = (
    "/files/<id>", "/login/with/<provider>", "/login/back/<provider>", "/security/providers/<provider>",
    "/security/providers/<provider>/link",
    "/security/resume/<ticket>",
    "/o/<object>/<id>/share/who", "/o/<object>/<id>/related/<other>.<field>", "/o/<object>/export",
    "/o/<object>/filter", "/o/<object>/import/<job>/check/status", "/o/<object>/import/<job>/errors.csv",
    "/o/<object>/import/<job>/run", "/o/<object>/import/<job>/status", "/o/<object>/lookup", "/search.json",
    "/setup/audit/export", "/static/<path:filename>",
)  # fmt: skip
"""Addresses that answer with a file, a part of a page, data or another address, or look as another one does."""

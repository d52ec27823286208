"""Problems in the reader's language: the text of a code with its figures, else the sentence as it came."""

from collections.abc import Mapping
from typing import Any

from formwork.catalog import Snapshot
from formwork.catalog.labels import field_label, object_label, plural_label
from formwork.kernel import FormworkError, Malformed, Problem
from formwork.web.language import is_source_language
from formwork.web.language import say as _

_MOST_TOLD = 3
"""Things that are wrong a notice names."""


def problem_text(snapshot: Snapshot, locale: str, problem: Problem) -> str:
    """What is wrong and what to do, for a person."""
    if problem.code == "in_use" and problem.args.get("field"):
        return _used_by(snapshot, locale, problem.args)
    if problem.code == "rule":
        rule, object = str(problem.args.get("rule", "")), str(problem.args.get("object", ""))
        return snapshot.text(locale, object, "validations", rule, default=problem.message)
    return plain_text(problem)


def _used_by(snapshot: Snapshot, locale: str, figures: Mapping[str, Any]) -> str:
    """What stands against a deletion: how many records of which kind point here, as far as the reader sees them."""
    spec, count = snapshot.objects[str(figures["object"])], int(figures["count"])
    label = field_label(snapshot, locale, spec.fields[str(figures["field"])])
    if not count:
        return _("It is still used by other records (%(field)s). Change or delete these first.", field=label)
    kind = object_label(snapshot, locale, spec) if count == 1 else plural_label(snapshot, locale, spec)
    return _(
        "It is still used by %(count)s %(records)s (%(field)s). Change or delete these first.",
        count=count, records=kind, field=label,
    )  # fmt: skip


def plain_text(problem: Problem) -> str:
    """The same for what no package has a text of its own for."""
    if problem.pointer == "/match" and "field" in problem.args:
        return _("No column fills “%(field)s”, by which records are matched.", field=problem.args["field"])
    return _known(problem.code, problem.args) or problem.message


def error_text(error: FormworkError) -> str:
    """The sentence of a refusal."""
    return _known(error.code, error.extra) or error.message


def reasons_text(error: FormworkError) -> str:
    """The sentence of a refusal, or those of the first things that are wrong."""
    return " ".join(plain_text(one) for one in error.problems[:_MOST_TOLD]) or error_text(error)


def record_reasons_text(snapshot: Snapshot, locale: str, error: FormworkError) -> str:
    """The same about records, in the words of their objects."""
    return " ".join(problem_text(snapshot, locale, one) for one in error.problems[:_MOST_TOLD]) or error_text(error)


def query_text(error: Malformed) -> str:
    """Why a filter, a sort or an address of a list cannot be asked; English keeps the exact sentence."""
    if is_source_language():
        return error.message
    line, column = error.extra.get("line"), error.extra.get("column")
    if error.code == "query_limit":
        return _("This filter is too large. Make it smaller or split it.")
    if error.code == "bad_query" and line is None:
        name = next((one.args["name"] for one in error.problems if "name" in one.args), None)
        if name is not None:
            return _("“%(name)s” does not exist, or you may not see it.", name=name)
        return _("The filter names a field that does not exist or that you may not see.")
    if error.code == "bad_query":
        near, like = error.extra.get("near", ""), error.extra.get("suggestion")
        told = _(
            "The filter is not right at “%(near)s” (line %(line)s, column %(column)s).",
            near=near, line=line, column=column,
        )  # fmt: skip
        asked = _("Did you mean “%(name)s”?", name=like)
        return f"{told} {asked}" if like else told
    return error_text(error) if _known(error.code, error.extra) else _("The list cannot be shown this way. Reset it.")


def _known(code: str, figures: Mapping[str, object]) -> str:
    """The translated text of a code, "" for one whose own sentence says more."""
    match code:
        case "required":
            return _("Fill this in.")
        case "too_long":
            return _("Shorten this to %(limit)s characters.", limit=figures.get("limit", ""))
        case "too_small":
            return _("Enter %(min)s or more.", min=figures.get("min", ""))
        case "too_large":
            return _("Enter %(max)s or less.", max=figures.get("max", ""))
        case "not_a_number" | "not_exact":
            return _("Write a number.")
        case "not_whole":
            return _("Write a whole number.")
        case "too_many_decimals":
            return _("Write at most %(scale)s decimals.", scale=figures.get("scale", ""))
        case "out_of_range" if figures.get("digits"):
            return _("Write at most %(digits)s digits before the decimals.", digits=figures["digits"])
        case "out_of_range" | "overflow":
            return _("This number is too large.")
        case "bad_date" if figures.get("example"):
            return _("Write a day of the calendar such as %(example)s.", example=figures["example"])
        case "bad_date":
            return _("Write a day of the calendar.")
        case "bad_datetime" | "needs_offset":
            return _("Write a day and a time.")
    return _known_reference(code, figures)


def _known_reference(code: str, figures: Mapping[str, object]) -> str:
    match code:
        case "time_gap":
            return _("The clocks skip this time. Choose an hour earlier or later.")
        case "bad_time":
            return _("Write a time of day such as 14:30.")
        case "bad_duration":
            return _("Write a length of time such as 1:30.")
        case "bad_email":
            return _("Write an e-mail address such as name@example.org.")
        case "bad_phone":
            return _("Write a phone number with its country code, such as +34 912 345 678.")
        case "bad_url":
            return _("Write a web address such as https://example.org.")
        case "bad_country":
            return _("Write the country as its code of two letters, such as ES.")
        case "bad_reference" | "filtered_reference":
            return _("Choose a record from the list.")
        case "row_denied" if figures.get("master") == "left":
            return _("This belongs to a record you may not edit, so it stays there.")
        case "row_denied" if figures.get("master") == "joined":
            return _("You may see this record, and have no right to edit it, so nothing moves there.")
        case "unknown_option" if figures.get("options"):
            return _("Choose one of: %(options)s.", options=figures["options"])
        case "unknown_option" | "bad_option":
            return _("Choose one of the choices offered.")
        case "duplicate":
            return _("Another record has this value already.")
        case "bad_character" if figures.get("position"):
            return _("Remove the character at position %(position)s, which cannot be kept.", **figures)
        case "bad_character":
            return _("Remove the character that cannot be kept.")
    return (
        _known_field(code, figures)
        or _known_file(code, figures)
        or _known_secret(code, figures)
        or _known_membership(code, figures)
    )


def _known_field(code: str, figures: Mapping[str, object]) -> str:
    match code:
        case "read_only":
            return _("This cannot be changed in the record's present state.")
        case "field_denied" if figures.get("field"):
            return _("You have no right to change “%(field)s”.", field=figures["field"])
        case "field_denied":
            return _("You have no right to change this.")
        case "unknown_field":
            return _("“%(name)s” does not exist, or you may not see it.", name=figures.get("field", ""))
        case "not_writable":
            return _("“%(field)s” is set by the system and cannot be written.", field=figures.get("field", ""))
        case "hidden_field":
            return _(
                "A field that you may not see has no value that fits, and this record cannot be saved without. "
                "Ask an administrator to give the field a default, or you the right to fill it in."
            )
        case "in_use" if figures.get("hidden"):
            return _(
                "It is still used by other records, which you may not see. "
                "Ask an administrator to change or delete these first."
            )
        case "double_field":
            return _("Two columns fill “%(field)s”.", field=figures.get("field", ""))
    return ""


def _known_secret(code: str, figures: Mapping[str, object]) -> str:
    match code:
        case "wrong_password":
            return _("This is not your present password.")
        case "weak_password" if figures.get("least"):
            return _("Use at least %(least)s characters; a short sentence is easy to remember.", **figures)
        case "weak_password" if figures.get("most"):
            return _("Use at most %(most)s characters.", **figures)
        case "weak_password":
            return _("This password is the login or known from leaks. Use another one; a short sentence is easy.")
        case "view_as_only":
            return _("This is closed while you view as somebody else. Stop viewing first.")
        case "view_as_read_only":
            return _("You view as somebody else, so nothing is changed. Stop viewing first.")
        case "throttled":
            return _("Too many attempts. Wait %(retry_after)s seconds and try again.", **figures)
    return _known_person(code, figures)


def _known_person(code: str, figures: Mapping[str, object]) -> str:
    match code:
        case "not_confirmed":
            return _("Type %(word)s to confirm. Nothing was changed.", word=figures.get("word", ""))
        case "still_active":
            return _("This person can still sign in. Deactivate the user first and hand over their records.")
        case "search_too_short":
            return _("Enter at least three characters of a name, an address or a number.")
        case "bad_selection":
            return _("Choose the records of one person.")
    return ""


def _known_membership(code: str, figures: Mapping[str, object]) -> str:
    match code:
        case "manager_cycle":
            return _("Nobody can be their own manager, directly or through others. Choose another.")
        case "department_cycle":
            return _("A department cannot be part of itself or of one below it.")
        case "own_access":
            return _("You cannot deactivate or delete yourself. Ask another administrator.")
        case "beyond_own":
            return _(
                "You have this record by a share yourself. Nobody gives more of it, or for longer, than they have."
            )
        case "needs_management":
            return _(
                "Only who manages the organisation changes this: of oneself, and of people with other rights than "
                "one's own."
            )
        case "last_manager":
            return _("Nobody else could manage the organisation. Give the role to somebody first.")
        case "bad_successor":
            return _("Choose somebody else: active, of the organisation, and with the right to read these records.")
        case "portal_roles":
            told = _("A portal user holds only roles marked for the portal. Take these away first: %(roles)s.")
            return told % figures
        case "refused_portal_role":
            return _("This is a portal user, who holds only roles marked for the portal. Choose one of those.")
        case "refused_own_role":
            return _("You cannot take your own right to manage the organisation. Ask another administrator.")
        case "refused_link":
            return _(
                "Only an active person signs in with a password. Reactivate them first; a program uses an API key."
            )
    return ""


def _known_file(code: str, figures: Mapping[str, object]) -> str:
    match code:
        case "bad_file" | "file_gone":
            return _("This file is no longer kept. Upload it again.")
        case "bad_file_type" if figures.get("accept"):
            return _("“%(name)s” is none of these: %(accept)s.", **figures)
        case "bad_file_type":
            return _("This kind of file is not taken, or it is damaged or named for another kind.")
        case "file_too_large" if figures.get("limit"):
            return _("“%(name)s” is larger than %(limit)s MB.", **figures)
        case "file_too_large":
            return _("This file is too large.")
        case "empty_file":
            return _("This file is empty. Choose another one.")
        case "unsafe_file":
            return _("This file is not safe to open: it has macros, or is far too large when unpacked.")
    return ""

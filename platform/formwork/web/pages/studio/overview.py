"""Studio's first page: what is not live yet and by whom, what is wrong with it, and what there is."""

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.layer import TENANT
from formwork.kernel import NotFound
from formwork.publishing.draft import discard_document, discard_draft, keep_document, text_hash
from formwork.storage import metadata
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.studio.bench import ADDRESS, OBJECTS, Bench, bench_of
from formwork.web.pages.studio.changes import changed_documents, troubles
from formwork.web.views.shell import Notice
from formwork.web.views.studio import OverviewView, YamlView


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(ADDRESS)
    def studio() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/studio.html", _view(bench_of(door.runtime, visit)))

    @app.get(f"{ADDRESS}/yaml/<path:path>")
    def studio_yaml(path: str) -> Response:
        with door.reading() as visit:
            text = bench_of(door.runtime, visit).draft.text(path)
            if text is None:
                raise NotFound("There is no such document of the tenant layer.", code="unknown_document")
            return door.page(visit, "pages/studio_yaml.html", YamlView(None, ((path, text),)))

    @app.post(f"{ADDRESS}/discard")
    def studio_discard() -> Response:
        path, version = request.form.get("path", ""), request.form.get("version", "")
        with door.writing() as visit:
            if path:
                discard_document(visit.work, path, int(version) if version.isdecimal() and len(version) < 9 else None)
            else:
                discard_draft(visit.work)
        notify(Notice(_("The change is discarded") if path else _("Every change is discarded")))
        return make_response(redirect(ADDRESS, 303))

    @app.post(f"{ADDRESS}/keep")
    def studio_keep() -> Response:
        """Keep the draft's text of a document although another one was published since."""
        path = request.form.get("path", "")
        with door.writing() as visit:
            draft = bench_of(door.runtime, visit).draft
            found = draft.find(path)
            if found is None:
                raise NotFound("There is no unpublished change of this document.", code="unknown_document")
            keep_document(visit.work, draft, path, found.text, found.version, text_hash(draft.published.get(path)))
        notify(Notice(_("Yours is kept and stands over what was published")))
        return make_response(redirect(ADDRESS, 303))


def _view(bench: Bench) -> OverviewView:
    changed = changed_documents(bench)
    found = bench.findings if bench.draft.documents else ()
    objects, packages = bench.composition.objects.values(), bench.drafted.packages
    own = sum(one.package == TENANT for one in objects)
    shown = sum(not one.system for one in objects)
    version = metadata.current_version(bench.visit.work).version
    return OverviewView(
        changed, troubles(bench, found),
        (
            (str(shown), say_count("object", "objects", shown), OBJECTS),
            (str(own), _("made here"), f"{OBJECTS}?show=own"),
            (str(len(packages)), say_count("package", "packages", len(packages)), ""),
        ),
        bool(changed) and not any(one.behind for one in changed) and not any(one.severity == "error" for one in found),
        str(version),
    )  # fmt: skip

"""View as: begin and stop seeing the application as a role or another person."""

from flask import Flask, Response, g, make_response, redirect, request

from formwork.identity.audit import Event, note
from formwork.kernel import NotFound, Unauthenticated, parse_id
from formwork.web.door import Door, notify
from formwork.web.entry import inside
from formwork.web.language import say as _
from formwork.web.viewing import STOP, Viewing, end_viewing, refuse_closed, start_viewing, stop_viewing
from formwork.web.views.shell import Notice

ADDRESS = "/setup/view-as"
_LONGEST_PATH = 200


def register(app: Flask, door: Door) -> None:
    """Add the actions, what is closed meanwhile, and the trail of what was looked at."""
    app.before_request(refuse_closed)

    @app.post(ADDRESS)
    def view_as() -> Response:
        asked = request.form if request.form.get("role") else request.args
        kind = "role" if asked.get("role") else "user"
        back = inside(request.form.get("back", "")) or "/o/user/" + request.args.get("user", "")
        with door.writing() as visit:
            try:
                start_viewing(visit.work, kind, asked.get(kind, ""), back)
            except Unauthenticated as error:
                raise NotFound("There is no such person, or they are deactivated.") from error
        return make_response(redirect("/", 303))

    @app.post(STOP)
    def stop() -> Response:
        with door.writing_as_oneself() as visit:
            back = stop_viewing(visit.work)
        notify(Notice(_("You see the application as yourself again")))
        return make_response(redirect(back, 303))

    @app.after_request
    def tell(response: Response) -> Response:
        """Tell the trail of each page, and of an end nobody pressed a button for."""
        viewing: Viewing | None = g.pop("viewing", None)
        over: Viewing | None = g.pop("viewing_over", None)
        page = viewing is not None and request.method == "GET" and response.mimetype == "text/html"
        if page or over is not None:
            with door.entering("view as") as work:
                if over is not None:
                    end_viewing(work, over)
                elif viewing is not None:
                    detail = {**viewing.told(), "path": request.path[:_LONGEST_PATH]}
                    note(work, Event.VIEW_AS_PAGE, detail=detail, by=parse_id(viewing.by))
        return response

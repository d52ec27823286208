"""A small application that shows every page with the sample views: `python -m tests.web.gallery 8099`."""

import sys

from flask import Flask, Response, jsonify, render_template, request

from formwork.web.app import make_app
from formwork.web.views.shell import Look, Notice
from tests.web.samples import shell, views

NOTICES = (
    Notice("3 orders moved to Confirmed", undo="/undo"),
    Notice("Discount put back", "bad", "Locked since 14:20"),
)


def gallery() -> Flask:
    """The pages by name at `/<name>?language=&theme=&density=&rail=&toasts=`."""
    app = make_app("only for looking", lambda: request.args.get("language", "en"))
    app.config["WTF_CSRF_ENABLED"] = False
    pages = views()

    @app.get("/")
    def index() -> str:
        return " ".join(f'<a href="/{name}">{name}</a>' for name in pages)

    @app.get("/<name>")
    def show(name: str) -> str | tuple[str, int]:
        if name not in pages:
            return "no such page", 404
        template, view = pages[name]
        args = request.args
        look = Look(args.get("theme", ""), args.get("density", "normal"), "rail" in args)
        notices = NOTICES if "toasts" in args else ()
        return render_template(template, view=view, shell=shell(args.get("language", "en"), look, name, notices))

    @app.get("/lookup")
    def lookup() -> Response:
        names = ("Halden Optics", "Orchard Labs", "海澜精密仪器")
        typed = request.args.get("q", "").lower()
        found = [
            {"id": str(at), "title": name, "detail": "Account", "initials": name[:1], "hue": "teal"}
            for at, name in enumerate(names)
            if typed in name.lower()
        ]
        return jsonify(items=found)

    @app.get("/search.json")
    def search() -> Response:
        return jsonify(
            groups=[{"label": "Accounts", "items": [{"title": "Orchard Labs", "href": "/record", "detail": "Zürich"}]}]
        )

    @app.post("/form-fragment")
    def fragment() -> str:
        template, view = pages["form-errors" if request.form.get("discount", "").startswith("3") else "form"]
        return render_template(template, view=view, shell=shell("en", Look()))

    @app.get("/status")
    def status() -> Response:
        return jsonify(done=744, total=1200, text="Importing deals, 744 of 1,200", finished=False)

    return app


if __name__ == "__main__":
    gallery().run(port=int(sys.argv[1]), threaded=True, debug=False)

"""One module per kind of page: read the request, call one service, map the answer to a view."""

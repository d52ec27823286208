"""Shapes of metadata/<package>/reports/*.yaml and dashboards/*.yaml."""

from formwork.definitions.schemas.words import DEF_EXPRESSION, DEF_LABEL, DEF_NAME, FLAG, record, several, top

FUNCTIONS = ("sum", "count", "avg", "min", "max")

_MEASURE = record(
    {**dict.fromkeys(FUNCTIONS, DEF_EXPRESSION), "id": DEF_NAME, "label": DEF_LABEL},
    oneOf=[{"required": [function]} for function in FUNCTIONS],
)
_CHART = record(
    {"type": {"enum": ["bar", "line", "pie", "area", "funnel", "gauge", "table"]}, "stacked": FLAG, "horizontal": FLAG},
    required=("type",),
)
_TILE = record(
    {
        "report": DEF_NAME,
        "id": DEF_NAME,
        "label": DEF_LABEL,
        "width": {"type": "integer", "minimum": 1, "maximum": 12},
        "height": {"type": "integer", "minimum": 1, "maximum": 12},
    },
    required=("report",),
)

REPORT = top(
    "report",
    "Report",
    record(
        {
            "report": DEF_NAME,
            "with": DEF_NAME,
            "object": DEF_NAME,
            "label": DEF_LABEL,
            "where": DEF_EXPRESSION,
            "rows": several(DEF_EXPRESSION),
            "columns": several(DEF_EXPRESSION),
            "measures": several(_MEASURE, least=1),
            "chart": _CHART,
            "roles": several(DEF_NAME),
        },
        required=("report", "object", "measures"),
    ),
)

DASHBOARD = top(
    "dashboard",
    "Dashboard",
    record(
        {
            "dashboard": DEF_NAME,
            "with": DEF_NAME,
            "label": DEF_LABEL,
            "tiles": several(_TILE, least=1),
            "roles": several(DEF_NAME),
        },
        required=("dashboard", "tiles"),
    ),
)

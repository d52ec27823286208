"""Shape of seed/<package>/<object>.yaml."""

from formwork.definitions.schemas.words import DEF_NAME, FLAG, record, several, top

_RECORD = {
    "type": "object",
    "required": ["external_id"],
    "properties": {"external_id": {"type": "string", "minLength": 1, "maxLength": 255}},
    "propertyNames": DEF_NAME,
}

SEED = top(
    "seed",
    "Seed records",
    record({"object": DEF_NAME, "demo": FLAG, "records": several(_RECORD)}, required=("object", "records")),
)

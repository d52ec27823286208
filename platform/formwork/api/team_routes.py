"""Teams: who works on a record, as what, how far and until when."""

from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.route import Route, Shape
from formwork.api.share_routes import read_gift, show_shares
from formwork.kernel import NotFound, parse_id

_BODY = {"principal": str, "part": str, "level": str, "until": str, "note": str}


def list_team(call: Call, object: str, id: UUID) -> Answer:
    """The members of the record's team."""
    members = records.team_of(call.work, object, id)
    shown = show_shares(call, members)
    return Answer({"data": [{**row, "part": one.part} for row, one in zip(shown, members, strict=True)]})


def join_team(call: Call, object: str, id: UUID) -> Answer:
    """Take a person, a group or a queue into the team, or change what a member is there."""
    made = records.join_team(call.work, object, id, read_gift(body_members(call.body, _BODY)))
    return Answer({"id": str(made)}, 201)


def leave_team(call: Call, object: str, id: UUID, member: str) -> Answer:
    """Let a member go."""
    found = parse_id(member)
    if found is None:
        raise NotFound("There is no such member; somebody may have let them go already.")
    records.leave_team(call.work, object, id, found)
    return NO_CONTENT


ROUTES = (
    Route(
        "GET", "/<object>/<id>/team", list_team, "team", "Who works on a record.", verb=Verb.READ,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/<object>/<id>/team", join_team, "join_team", "Take somebody into the team.", verb=Verb.SHARE,
        takes=Shape.MEMBER, status=201,
    ),
    Route(
        "DELETE", "/<object>/<id>/team/<member>", leave_team, "leave_team", "Let a member of the team go.",
        verb=Verb.SHARE, gives=Shape.NONE, status=204,
    ),
)  # fmt: skip

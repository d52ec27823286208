"""People who are made at their first sign-in by a provider that may say who belongs to the organisation."""

from uuid import UUID

from formwork.identity import assign_role
from formwork.identity.openid import Person
from formwork.identity.provider import Provider, link_login
from formwork.records import create
from formwork.storage import Work

USER = "user"


def is_welcome(provider: Provider, person: Person) -> bool:
    """True for a verified mail address of one of the provider's domains, compared whole."""
    domain = person.email.rpartition("@")[2].lower()
    return person.verified and person.email.count("@") == 1 and domain in provider.domains


def welcome(work: Work, provider: Provider, person: Person) -> UUID:
    """A new user for somebody at a provider, with its roles, linked to them.

    Raises Invalid `duplicate` or Conflict when a user has the mail address already: an address is no proof that they
    are the same person, so that one signs in and links it.
    """
    body = {"login": person.email.lower(), "full_name": person.name or person.email, "email": person.email}
    [saved] = create(work, USER, [body])
    for role in provider.roles:
        assign_role(work, saved.id, role)
    link_login(work, saved.id, person.issuer, person.subject)
    return saved.id

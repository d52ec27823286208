"""The one HTTP client to the outside."""

from formwork.outbound.address import Gate
from formwork.outbound.client import Answer, Client, ClientRequest

__all__ = ["Answer", "Client", "ClientRequest", "Gate"]

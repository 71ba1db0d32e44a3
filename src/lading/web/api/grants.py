"""What each role may touch, within what the settings allow."""

from __future__ import annotations

from ninja import Query, Router, Status

from lading.accounts import grants, managing
from lading.accounts.access import Request
from lading.accounts.api_access import behind
from lading.accounts.roles import Role
from lading.web.api import people_shapes, shapes

router = Router(tags=["accounts"], auth=list(behind(Role.ADMINISTRATOR, is_of_jobs=False)))


@router.get("/grants", response=shapes.Page[people_shapes.Grant], by_alias=True)
def list_grants(request: Request) -> shapes.Page[people_shapes.Grant]:  # noqa: ARG001 - ninja knows it by that name
    """List all grants; a role without one of a kind may touch whatever the settings allow of it."""
    items = [people_shapes.Grant(role=one.role, kind=one.kind, value=one.value) for one in grants.listed()]
    return shapes.Page[people_shapes.Grant](items=items)


@router.post("/grants", response={201: people_shapes.Grant}, by_alias=True)
def add_grant(request: Request, new: people_shapes.NewGrant) -> Status[people_shapes.Grant]:
    """Let a role touch something; `{user}` in it is the name of whoever asks."""
    value = new.value.replace("\0", "")
    managing.add_grant(request.caller, new.role, new.kind.value, value)
    return Status(201, people_shapes.Grant(role=new.role.value, kind=new.kind.value, value=value))


@router.delete("/grants", response={204: None})
def remove_grant(request: Request, wanted: Query[people_shapes.NewGrant]) -> Status[None]:
    """Take a grant back."""
    managing.remove_grant(request.caller, wanted.role, wanted.kind.value, wanted.value.replace("\0", ""))
    return Status(204, None)

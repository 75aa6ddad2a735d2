"""The first administrator: from the environment, or with a one-time password where only this machine can reach us."""

from __future__ import annotations

from ipaddress import ip_address

from sqlalchemy import delete, func, select

from api.access.audit import record
from api.access.passwords import LONGEST, SHORTEST, hashed, one_time
from api.access.roles import Role
from api.service import Service
from api.store.tables import User
from domain.errors import InputError, Problem

NAME = "admin"


def loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def first_admin(service: Service, host: str) -> str | None:
    """Make the first administrator where there is none who can sign in.

    Returns
    -------
    str or None
        The one-time password, to be shown once; None where it was given, or there is one.

    Raises
    ------
    InputError
        If no password was given and other machines can reach us, or it is too short.
    """
    given = service.settings.admin_password
    with service.database.writing() as session:
        active = (User.role == Role.ADMIN.value, User.active.is_(True))
        if session.scalar(select(func.count()).select_from(User).where(*active)):
            return None
        # another of that name, of whatever role, makes way
        session.execute(delete(User).where(User.name == NAME))
        if given is None and not loopback(host):
            remark = (
                "nobody can sign in yet, and other machines would reach this address: set it to the first "
                "administrator's password, or serve on 127.0.0.1 for a one-time password"
            )
            raise InputError([Problem("environment", column="SEATWISE_ADMIN_PASSWORD", remark=remark)])
        password = given.get_secret_value() if given is not None else one_time()
        if not SHORTEST <= len(password) <= LONGEST:
            expected = f"a password of {SHORTEST} to {LONGEST} characters"
            raise InputError([Problem("environment", column="SEATWISE_ADMIN_PASSWORD", expected=expected)])
        session.add(User(name=NAME, secret=hashed(password), role=Role.ADMIN.value))
        record(session, "service", "person.create", f"people/{NAME}", role=Role.ADMIN.value)
    return None if given is not None else password

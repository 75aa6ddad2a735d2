"""The socket that the service listens on."""

from __future__ import annotations

import socket

import pytest

from api.commands.serving import listening
from domain.errors import InputError


def test_answers_are_sent_at_once() -> None:
    with listening("127.0.0.1", 0) as server, socket.create_connection(server.getsockname()):
        accepted, _ = server.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["a..b", "x" * 80, "192.0.2.1"])
def test_what_is_no_address_of_ours_is_told(host: str) -> None:
    with pytest.raises(InputError, match="an address to listen on"):
        listening(host, 8000)


def test_a_taken_port_is_told() -> None:
    with listening("127.0.0.1", 0) as server, pytest.raises(InputError, match="a port that is free"):
        listening("127.0.0.1", server.getsockname()[1])

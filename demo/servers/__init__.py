"""Embedded PostgreSQL and Valkey, for `make demo` and for the tests.

    with PostgresServer(folder) as source:                  # starts; stops at the end
        source.create_database("email_security")
        connection = source.connect("email_security")       # psycopg2, as the superuser
        source.host, source.port, source.user, source.password, source.url("email_security")
    with ValkeyServer(folder, throwaway=True) as valkey:
        valkey.url(), valkey.host, valkey.port, valkey.password

Both have `start()`, `stop()`, `restart()` (same port, same data), `kill()` (SIGKILL, as a crash)
and `running`. `folder` is made when missing and belongs to one server. `port=None` lets the system
choose a free one, which the object then keeps. `throwaway=True` is for tests: nothing is flushed to
disk, and the data are deleted by `stop()`. Servers listen on 127.0.0.1 only and ask for a generated
password, kept in `folder` with mode 600. A guard process ends the server when its parent dies
without calling `stop()`. `ServerError` says in one line why a server did not start;
`PortTakenError` when its port is in use.
"""

from demo.servers.base import PortTakenError, Server, ServerError, write_private
from demo.servers.ports import HOST, free_port, port_is_free
from demo.servers.postgres import PostgresServer
from demo.servers.valkey import ValkeyServer

__all__ = [
    "HOST",
    "PortTakenError",
    "PostgresServer",
    "Server",
    "ServerError",
    "ValkeyServer",
    "free_port",
    "port_is_free",
    "write_private",
]

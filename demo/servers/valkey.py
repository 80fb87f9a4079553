"""Valkey, embedded."""

import redis

from demo import places
from demo.servers.base import Server, write_private


class ValkeyServer(Server):
    """A Valkey of our own, which speaks the Redis protocol."""

    name = "Valkey"

    def url(self, database: int = 0) -> str:
        """A `redis://` address with the password."""
        return f"redis://:{self.password}@{self.host}:{self.port}/{database}"

    def connect(self, database: int = 0) -> redis.Redis:
        """A redis-py client."""
        return redis.Redis.from_url(self.url(database))

    def _prepare(self) -> None:
        self._binary = places.valkey_binary()

    def _command(self) -> list[str]:
        # A file, as every user of the machine can read the arguments of a process.
        settings = self.folder / "valkey.conf"
        save = '""' if self.throwaway else "60 1"
        lines = [f"bind {self.host}", f"port {self.port}", f"requirepass {self.password}"]
        lines += [f'dir "{self.folder}"', f"save {save}", "appendonly no", "daemonize no"]
        write_private(settings, "\n".join(lines) + "\n")
        return [str(self._binary), str(settings)]

    def _answers(self) -> bool:
        client = self.connect()
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

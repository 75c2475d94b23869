"""A real Mosquitto on loopback, with passwords and, where wanted, TLS."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
USER, PASSWORD = "stonechat", "song"

_CONFIG = """
listener {port} 127.0.0.1
password_file {folder}/passwords
allow_anonymous false
set_tcp_nodelay true
"""
_TLS = """
certfile {folder}/cert.pem
keyfile {folder}/key.pem
"""


class Broker:
    """A broker that can be stopped and started again; what is retained it forgets then."""

    def __init__(self, tls: bool = False) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="stonechat-broker-")
        self.folder = Path(self._home.name)
        self.certificate = self.folder / "cert.pem"
        self.port = free_port()
        config = _CONFIG.format(port=self.port, folder=self.folder)
        if tls:
            config += _TLS.format(folder=self.folder)
            self._certify()
        (self.folder / "broker.conf").write_text(config)
        (self.folder / "passwords").touch(mode=0o600)
        add = ["mosquitto_passwd", "-b", str(self.folder / "passwords"), USER, PASSWORD]
        subprocess.run(add, check=True, capture_output=True)
        # Started by root, Mosquitto becomes a user that must be able to read these.
        for file in (self.folder, *self.folder.iterdir()):
            file.chmod(0o755 if file.is_dir() else 0o644)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start (again) and wait until it answers."""
        self._process = subprocess.Popen(
            [str(PROGRAM), "-c", str(self.folder / "broker.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("mosquitto did not start")

    def stop(self) -> None:
        """Die at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _certify(self) -> None:
        command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        subprocess.run(
            [*command.split(), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._home.cleanup()


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""A web server that can misbehave in the ways that web servers do."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass
class Resource:
    """One file and how it is served."""

    data: bytes
    cut: list[int] = field(default_factory=list)
    """The next answers break off after so many bytes."""
    ranges: bool = True
    """Whether Range is honoured; otherwise the whole file comes."""
    shift: int = 0
    """A lie of so many bytes about where a range begins."""
    stall: bool = False
    """After the cut, hold the connection open instead of closing it."""
    asked: list[str | None] = field(default_factory=list)
    """The Range headers that came with GET."""


class Server:
    """Serves `resources` by path on a free port of the loopback interface."""

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.knocks = 0
        """HEAD requests."""
        self.released = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    def add(self, path: str, resource: Resource) -> str:
        """Serve a file; its address."""
        self.resources[f"/{path}"] = resource
        return f"http://127.0.0.1:{self._http.server_port}/{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                server.knocks += 1
                self.send_response(200)
                self.end_headers()

            def do_GET(self) -> None:
                resource = server.resources.get(self.path)
                if resource is None:
                    self.send_error(404)
                    return
                wanted = self.headers["Range"]
                resource.asked.append(wanted)
                start = self._head(resource, wanted)
                end = len(resource.data)
                if resource.cut:
                    end = start + resource.cut.pop(0)
                self.wfile.write(resource.data[start:end])
                self.wfile.flush()
                if resource.stall and end < len(resource.data):
                    server.released.wait(60)
                self.close_connection = True

            def _head(self, resource: Resource, wanted: str | None) -> int:
                size = len(resource.data)
                start = int(wanted[len("bytes=") : -1]) if wanted and resource.ranges else 0
                if start:
                    self.send_response(206)
                    told = start + resource.shift
                    self.send_header("Content-Range", f"bytes {told}-{size - 1}/{size}")
                else:
                    self.send_response(200)
                self.send_header("Content-Length", str(size - start))
                self.end_headers()
                return start

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

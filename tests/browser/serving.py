"""The site on 127.0.0.1 as CloudFront serves it: with the headers that the stack sets."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infrastructure.local.project import TEMPLATE
from tests.template.whole import whole_template


class Distribution:
    """What the stack tells browsers about each address."""

    def __init__(self) -> None:
        self._resources = whole_template(TEMPLATE)["Resources"]
        distribution = self._resources["Site"]["Properties"]["DistributionConfig"]
        self._behaviours = distribution["CacheBehaviors"]
        self._otherwise = distribution["DefaultCacheBehavior"]

    def headers(self, address: str) -> Mapping[str, str]:
        """The headers of an address, without the one that asks for https: there is none here."""
        matching = (each for each in self._behaviours if fnmatch(address, each["PathPattern"]))
        policy = next(matching, self._otherwise)["ResponseHeadersPolicyId"]["Ref"]
        config = self._resources[policy]["Properties"]["ResponseHeadersPolicyConfig"]
        security = config["SecurityHeadersConfig"]
        return {
            "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": security["FrameOptions"]["FrameOption"],
            "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        }


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a site; give its address, without a slash at the end."""
    handler = partial(_AsDeployed, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _AsDeployed(SimpleHTTPRequestHandler):
    distribution = Distribution()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = Path(self.directory) / path.lstrip("/")
        file = file / "index.html" if path.endswith("/") else file
        found = file.is_file()
        content = (file if found else Path(self.directory) / "404.html").read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(file) if found else "text/html")
        self.send_header("Content-Length", str(len(content)))
        for name, value in self.distribution.headers(path).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""

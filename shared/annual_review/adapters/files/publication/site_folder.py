"""The site in a folder: written whole, and shown on this machine alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from annual_review.adapters.files.input_files import InputFileError

_MADE_HERE: Final = ".annual-review-site"
"""A file by which a folder is known to hold nothing but a site."""


class SiteFolder:
    """A folder that holds a site and nothing else."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which need not exist yet."""
        self._folder = folder

    def write(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Write the files of a site, remove what is left of an earlier one, and count them.

        Raises:
            InputFileError: The folder holds something else, which would be lost.
            OSError: Something can't be written.
        """
        mark = self._folder / _MADE_HERE
        if self._folder.exists() and any(self._folder.iterdir()) and not mark.exists():
            raise InputFileError(
                self._folder, ["it holds something else than a site: name another folder"]
            )
        self._folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
        written = {mark}
        for name, content in files:
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.add(path)
        for path in sorted(self._folder.rglob("*"), reverse=True):
            if path.is_file() and path not in written:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        return len(written) - 1

    def serve(self, port: int, tell: Callable[[str], None]) -> None:
        """Show the site on 127.0.0.1 until it is interrupted; tell its address once it stands.

        Raises:
            OSError: The port is taken.
        """
        handler = partial(_Quiet, directory=str(self._folder))
        with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
            tell(f"http://127.0.0.1:{server.server_address[1]}/")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return


class _Quiet(SimpleHTTPRequestHandler):
    """Sends what a browser is told on the public site, and logs nothing."""

    def end_headers(self) -> None:
        # Letters bring their styles along, as they do in an email.
        if "/letters/" not in self.path:
            self.send_header(
                "Content-Security-Policy",
                "default-src 'none'; img-src 'self';"
                " style-src 'self'; script-src 'self'; font-src 'self'; base-uri 'none';"
                " form-action 'none'; frame-ancestors 'none'",
            )
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a wrong address with the site's own page."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""

"""The mail server's web pages: the messages it took, as a person looks at them.

Nothing in a message is trusted. Its HTML is shown in a frame that runs no script, loads nothing
from anywhere and can't reach the page around it; names and texts are escaped; attachments are
saved, never shown. The pages need no script themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlsplit

from annual_review.rendering.page_templates import palette, templates_in
from infrastructure.local.mail_archive import KeptMessage, MailArchive
from infrastructure.local.mail_server import Page

_TEMPLATES = Path(__file__).with_name("mail_templates")
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_FOR_ALL: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_OURS = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The letter brings its own styles and pictures; from elsewhere nothing is loaded.
_THEIRS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


@dataclass(frozen=True, slots=True)
class _Attachment:
    name: str
    size: str
    number: int


class MailPages:
    """Shows the messages of an archive."""

    def __init__(self, archive: MailArchive) -> None:
        self._archive = archive
        self._templates = templates_in(_TEMPLATES)
        self._templates.filters["path"] = lambda name: quote(name, safe="")

    def show(self, path: str) -> Page:
        """Return the page at a path.

        `/` lists the messages, `/?q=bounced` those that hold a word; `/messages/NAME` shows one as
        HTML, `/messages/NAME/text` as text, `/messages/NAME/headers` its headers.
        """
        parts = urlsplit(path)
        match parts.path.strip("/").split("/"):
            case [""]:
                wanted = parse_qs(parts.query).get("q", [""])[0].strip()
                return self._list(wanted)
            case ["style.css"]:
                style = palette() + (_TEMPLATES / "style.css").read_text(encoding="utf-8")
                return Page(style.encode(), "text/css", headers=_FOR_ALL)
            case ["messages", name, *rest] if kept := self._archive.find(name):
                return self._of(kept, rest)
            case _:
                return self._missing()

    def _of(self, kept: KeptMessage, rest: Sequence[str]) -> Page:
        message = kept.parsed()
        match rest:
            case []:
                view = "html" if message.get_body(("html",)) else "text"
                return self._message(kept, message, view)
            case ["text" | "headers" as view]:
                return self._message(kept, message, view)
            case ["body.html"]:
                content = _content(message.get_body(("html",)))
                headers = {**_FOR_ALL, "Content-Security-Policy": _THEIRS}
                return Page(content.encode(), _HTML, headers=headers)
            case ["message.eml"]:
                return _saved(kept.raw, f"{kept.name}.eml", "message/rfc822")
            case ["attachments", number] if number.isdecimal():
                attachments = list(message.iter_attachments())
                if int(number) < len(attachments):
                    part = attachments[int(number)]
                    return _saved(_bytes(part), _name(part), "application/octet-stream")
        return self._missing()

    def _list(self, wanted: str) -> Page:
        messages = self._archive.newest_first()
        found = [each for each in messages if wanted.lower() in _described(each).lower()]
        return self._page("list.html.j2", messages=found, wanted=wanted, total=len(messages))

    def _message(self, kept: KeptMessage, message: EmailMessage, view: str) -> Page:
        attachments = [
            _Attachment(_name(part), _size(len(_bytes(part))), number)
            for number, part in enumerate(message.iter_attachments())
        ]
        headers = {
            name: str(message[name]) for name in ("From", "To", "Cc", "Reply-To") if message[name]
        }
        return self._page(
            "message.html.j2",
            kept=kept,
            view=view,
            has_html=message.get_body(("html",)) is not None,
            addresses=headers,
            headers=[(name, str(value)) for name, value in message.items()],
            text=_content(message.get_body(("plain",))),
            attachments=attachments,
        )

    def _missing(self) -> Page:
        return self._page("missing.html.j2", HTTPStatus.NOT_FOUND)

    def _page(self, template: str, status: int = HTTPStatus.OK, **values: Any) -> Page:  # noqa: ANN401
        html = self._templates.get_template(template).render(**values)
        headers = {**_FOR_ALL, "Content-Security-Policy": _OURS}
        return Page(html.encode(), _HTML, status, headers)


def _described(kept: KeptMessage) -> str:
    return "\n".join([*kept.recipients, kept.subject, kept.letter, kept.fate])


def _content(part: MIMEPart | None) -> str:
    return "" if part is None else str(part.get_content())


def _bytes(part: MIMEPart) -> bytes:
    return cast("bytes | None", part.get_payload(decode=True)) or b""


def _name(part: MIMEPart) -> str:
    return part.get_filename() or f"attachment ({part.get_content_type()})"


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < 10_000 else f"{count // 1000:,} KB"  # noqa: PLR2004


def _saved(content: bytes, name: str, kind: str) -> Page:
    plain = "".join(
        each if (each.isascii() and each.isalnum()) or each in "-_. " else "_" for each in name
    )
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Page(content, kind, headers={**_FOR_ALL, "Content-Disposition": disposition})

"""XML from strangers: no document types, no entities, no network, and a limit on size."""

from __future__ import annotations

import re

from lxml import etree

from controller.alerts.errors import Forbidden, NotXml, TooLarge

MOST_BYTES = 2 * 1024 * 1024
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Others, UTF-7 among them, can spell a document type so that no search finds it.
_ENCODINGS = re.compile(r"utf-?(8|16|16le|16be)|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d")
_DECLARED = re.compile(r"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']{1,40})["']""")
_PREFIX = re.compile(rb"</?([A-Za-z_][\w.-]{0,30}):|\s([A-Za-z_][\w.-]{0,30}):[\w.-]{1,60}\s?=")
_ROOT = re.compile(rb"<[A-Za-z_][\w.:-]{0,100}")
_MOST_PREFIXES = 20
_BEFORE_ROOT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def new_parser(*, drop_blanks: bool = False) -> etree.XMLParser:
    """A parser that reaches for nothing outside the document it is given."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        collect_ids=False,
        remove_blank_text=drop_blanks,
    )


def parse(data: bytes) -> etree._Element:
    """The root element. Bytes that are not the UTF-8 they claim to be, and prefixes that were never declared, are
    forgiven, because real senders have both. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"The message has {len(data)} bytes; at most {MOST_BYTES} are read.")
    _refuse_document_type(data)
    try:
        root = etree.fromstring(data, parser=new_parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as trouble:
        root = _forgiven(data, trouble)
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.externalDTD is not None:
        raise Forbidden("The message has a document type; none is accepted.")
    if next(root.iter(etree.Entity), None) is not None:
        raise Forbidden("The message has an entity of its own; none is accepted.")
    return root


def local_name(element: etree._Element) -> str:
    """The name without namespace and prefix, in lower case; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].casefold() if isinstance(tag, str) else ""


def all_text(element: etree._Element) -> str:
    """The text within, trimmed. Comments do not divide it: they are not part of what was signed either."""
    return str(element.xpath("string()")).strip()


def _refuse_document_type(data: bytes) -> None:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "")
    if not encoding:
        encoding = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(data[:2], "latin-1")
    text = data.decode(encoding, "replace").lstrip("\ufeff")
    if not text.lstrip().startswith("<"):
        raise NotXml("The message is not XML.")
    declared = _DECLARED.match(text.lstrip())
    if declared and not _ENCODINGS.fullmatch(declared.group(1).casefold()):
        raise Forbidden("The message claims an encoding that is not accepted; use UTF-8.")
    before = _BEFORE_ROOT.match(text)
    if before and text[before.end() : before.end() + 2] == "<!":
        raise Forbidden("The message has a document type; none is accepted.")


def _forgiven(data: bytes, trouble: Exception) -> etree._Element:
    text = data.lstrip()
    if text != data:
        return parse(text)
    as_utf8 = data.decode("utf-8", "replace").encode()
    if as_utf8 != data and not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in data[:4]:
        return parse(as_utf8)
    declared = _with_prefixes_declared(data)
    if declared != data:
        return parse(declared)
    raise NotXml("The message is not well-formed XML.") from trouble


def _with_prefixes_declared(data: bytes) -> bytes:
    """Senders who paste a message out of a feed lose the declarations that stood further out."""
    used = {prefix for found in _PREFIX.finditer(data[:200_000]) for prefix in found.groups() if prefix}
    root = _ROOT.search(data)
    if len(used) > _MOST_PREFIXES or root is None or b"urn:undeclared:" in data:
        return data
    missing = sorted(prefix for prefix in used - {b"xml", b"xmlns"} if b"xmlns:" + prefix not in data)
    added = b"".join(b' xmlns:%b="urn:undeclared:%b"' % (prefix, prefix) for prefix in missing)
    return data[: root.end()] + added + data[root.end() :]

"""Bytes to text: which encoding a spreadsheet program wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TWO_BYTES = re.compile(rb"[\x81-\xfe][\x40-\xfe]")


@dataclass(frozen=True)
class Decoded:
    """A file's text as UTF-8 bytes, with a remark where the encoding was guessed.

    Attributes
    ----------
    data : bytes
        UTF-8 without a byte order mark; lines end in LF or CRLF.
    remark : str
        Empty where nothing needs saying.
    """

    data: bytes
    remark: str = ""


def decode(raw: bytes) -> Decoded:
    """Recognise UTF-8 (with or without a mark), UTF-16 with a mark, GB18030 and Windows-1252.

    Raises
    ------
    ValueError
        If the bytes are no text; the message says what would be right.

    Notes
    -----
    Nearly every sequence of high bytes decodes as GB18030, so Western text is told from Chinese by how
    characters are built: in Chinese text most trail bytes are high too, in ``José`` letters follow.
    """
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError("text; this is an Excel workbook: save it as CSV UTF-8")
    remark = ""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = _converted(raw, "utf-16")
    elif b"\x00" in raw:
        raise ValueError("text in UTF-8; this holds NUL bytes")
    else:
        data = raw.removeprefix(b"\xef\xbb\xbf")
        if not data.isascii():
            data, remark = _eight_bit(data)
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return Decoded(data, remark)


def _eight_bit(data: bytes) -> tuple[bytes, str]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data, ""
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        chinese = ""
    if chinese and _looks_chinese(data):
        return chinese.encode("utf-8"), ""
    western = _converted(data, "cp1252")
    return (
        western,
        "read as Windows-1252 (Western European), being neither UTF-8 nor GB18030; save as UTF-8 to be sure",
    )


def _looks_chinese(data: bytes) -> bool:
    pairs = [match.group() for match in _TWO_BYTES.finditer(data[:1_000_000])]
    high = sum(pair[1] >= 0xA1 for pair in pairs)
    # Pairs with a low trail byte are rare characters, or letters after an accent.
    return high * 2 >= len(pairs)


def _converted(raw: bytes, codec: str) -> bytes:
    try:
        return raw.decode(codec).encode("utf-8")
    except UnicodeDecodeError as fault:
        raise ValueError("text in UTF-8 or GB18030; save the file as CSV UTF-8") from fault

"""The bytes of a page: unpacked, whole, and never more than the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from pipelines.sources.errors import SourceError, TemporaryError

ACCEPTED_ENCODING = "gzip"
_GZIP = zlib.MAX_WBITS | 16


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Read a body to its end.

    Args:
        chunks: the bytes as they come over the network.
        encoding: the value of Content-Encoding, empty where there is none.
        limit: most bytes, both as received and unpacked; reading stops there.

    Raises:
        SourceError: the body is larger, or packed in a way that was not asked for.
        TemporaryError: the packed body ends early or is damaged.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return _plain(chunks, limit)
        case "gzip" | "x-gzip":
            return _unpacked(chunks, limit)
        case other:
            raise SourceError(f"the server packs the page as {other}, which was not asked for")


def too_large(limit: int) -> SourceError:
    """The error of a body that is larger than the limit, in bytes."""
    return SourceError(
        f"the page is larger than {limit:,} bytes", "Fetch it by hand, or raise GWR_MAX_FILE_MB."
    )


def _plain(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], limit: int) -> bytes:
    """Unpack no further than one byte past the limit, whatever the ratio."""
    body = bytearray()
    received = 0
    gzip = zlib.decompressobj(_GZIP)
    try:
        for chunk in chunks:
            received += len(chunk)
            if received > limit:
                raise too_large(limit)
            waiting = chunk
            while waiting:
                if gzip.eof:
                    gzip = zlib.decompressobj(_GZIP)
                body += gzip.decompress(waiting, limit + 1 - len(body))
                if len(body) > limit:
                    raise too_large(limit)
                waiting = gzip.unused_data if gzip.eof else gzip.unconsumed_tail
    except zlib.error as error:
        raise TemporaryError(f"the packed page is damaged ({error})") from error
    if not gzip.eof and received:
        raise TemporaryError("the packed page ends early")
    return bytes(body)

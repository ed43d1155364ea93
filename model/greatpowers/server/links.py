"""Text packed into links: deflated and written in letters that a URL may hold, with a limit at either end."""

import base64
import binascii
import zlib

from greatpowers.scenario.errors import GreatPowersError

LONGEST_LINK = 48_000
"""Characters; servers and browsers take request lines of 64 KiB."""

LARGEST_TEXT = 1_000_000
"""Bytes that a link may unfold to: a few hundred bytes could be made to unfold to gigabytes."""

DEFLATE = -15
"""Window of a raw deflate stream: neither header nor checksum."""


def pack(text: str) -> str:
    """The text as part of a link; equal texts give equal links. Raises :class:`GreatPowersError` if it is too long."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, DEFLATE)
    squeezed = squeezer.compress(text.encode()) + squeezer.flush()
    link = base64.urlsafe_b64encode(squeezed).rstrip(b"=").decode()
    if len(link) > LONGEST_LINK:
        raise GreatPowersError(f"what is set here needs a link of {len(link)} characters; at most {LONGEST_LINK} fit.")
    return link


def unpack(link: str) -> str:
    """The text that :func:`pack` was given; raises :class:`GreatPowersError` for anything else."""
    if len(link) > LONGEST_LINK:
        raise GreatPowersError(f"the link is {len(link)} characters long; at most {LONGEST_LINK} are read.")
    try:
        squeezed = base64.b64decode(link.encode("ascii") + b"=" * (-len(link) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj(DEFLATE)
        unfolded = opener.decompress(squeezed, LARGEST_TEXT)
        if opener.unconsumed_tail:
            raise GreatPowersError(f"the link unfolds to more than {LARGEST_TEXT} bytes; no page of ours makes such.")
        if not opener.eof or opener.unused_data:
            raise GreatPowersError("the link is cut short or has something added; copy it again, whole.")
        return unfolded.decode()
    except (binascii.Error, UnicodeError, zlib.error):
        raise GreatPowersError("the link is damaged; copy it again, whole.") from None

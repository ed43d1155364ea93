"""The coalition's chair as a game: what is decided, what is seen, and what it came to.

Nothing here draws a page: the page is in `server`.
"""

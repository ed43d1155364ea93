"""What every page of ours is served with: its files, and connections that do not wait for ever."""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.auto import AutoHTTPProtocol

NO_STORE = {"cache-control": "no-store"}


class PageFiles(StaticFiles):
    """Files of the page; browsers ask whether they are still current, so that an update is seen at once."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """A file, with the header that says so."""
        response = super().file_response(*args, **named)
        response.headers["cache-control"] = "no-cache"
        return response


REQUEST_SECONDS = 15.0
"""Time for a request to arrive whole."""


class TimelyProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # one of two classes, by what is installed
    """HTTP whose connections are closed if a request does not arrive whole in time: half of one costs nothing to send.

    Between requests Uvicorn closes them itself.
    """

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Wait for a first request."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(REQUEST_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        """Wait for what is still to come of a request, and no longer for one that is whole."""
        super().data_received(data)
        upgraded = self.transport.get_protocol() is not self
        whole = self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete
        if upgraded or whole:
            self._end_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._end_timer()
        super().connection_lost(exc)

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

"""A client that is little more than a socket, so that what it measures is the server."""

from __future__ import annotations

import socket
import struct
from base64 import b64encode
from typing import Final, Self

_CHUNK: Final = 1 << 20
# In place of a length in a frame (RFC 6455, 5.2): two bytes follow, or eight.
_MEDIUM, _LARGE = 126, 127
_KEY: Final = b64encode(bytes(16)).decode()


class Connection:
    """One connection to a server, kept open."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer. Raises ``ValueError`` where it isn't 200."""
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._socket.sendall(f"{head}\r\n\r\n".encode() + body)
        answer = self._until(b"\r\n\r\n").lower()
        if not answer.startswith(b"http/1.1 200"):
            raise ValueError(answer.decode())
        return self._take(int(answer.partition(b"content-length:")[2].partition(b"\r\n")[0]))

    def upgrade(self, path: str) -> None:
        """Speak WebSocket from here on."""
        head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        self._socket.sendall(f"{head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {_KEY}\r\n\r\n".encode())
        self._until(b"\r\n\r\n")

    def ask(self, message: bytes) -> bytes:
        """The answer to a message, over WebSocket. A mask of zeros leaves a message as it is."""
        self._socket.sendall(b"\x81" + _length(len(message)) + bytes(4) + message)
        length = self._take(2)[1]
        if length >= _MEDIUM:
            length = int.from_bytes(self._take(2 if length == _MEDIUM else 8), "big")
        return self._take(length)

    def _until(self, end: bytes) -> bytes:
        while end not in self._received:
            self._receive()
        return self._take(self._received.index(end) + len(end))

    def _take(self, size: int) -> bytes:
        while len(self._received) < size:
            self._receive()
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _receive(self) -> None:
        received = self._socket.recv(_CHUNK)
        if not received:
            raise ConnectionError("the server hung up")
        self._received += received


def _length(size: int) -> bytes:
    """A message's length as a client's frame gives it, which says that the message is masked."""
    if size < _MEDIUM:
        return struct.pack("!B", 0x80 | size)
    return struct.pack("!BH", 0x80 | _MEDIUM, size) if size < 1 << 16 else struct.pack("!BQ", 0x80 | _LARGE, size)

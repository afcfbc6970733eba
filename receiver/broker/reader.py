"""What every MQTT packet is made of (1.5): numbers, texts, data."""

from __future__ import annotations

from receiver.broker.reasons import Malformed, Reason


class Reader:
    """Reads a body from left to right; whatever is missing is Malformed."""

    def __init__(self, body: bytes) -> None:
        self.at = 0
        """How many bytes were read."""
        self._body = body

    def more(self) -> bool:
        """Whether anything is left."""
        return self.at < len(self._body)

    def byte(self) -> int:
        """The next one."""
        return self.take(1)[0]

    def number(self, size: int = 2) -> int:
        """A number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def length(self) -> int:
        """A number of one to four bytes with seven bits each (1.5.5)."""
        number = 0
        for index in range(4):
            byte = self.byte()
            number |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                return number
        raise Malformed("a length of more than four bytes")

    def packet_id(self) -> int:
        """A packet's number, which is never 0."""
        if packet_id := self.number():
            return packet_id
        raise Malformed("packet id 0", Reason.PROTOCOL_ERROR)

    def data(self) -> bytes:
        """Bytes with their count before them."""
        return self.take(self.number())

    def text(self) -> str:
        """A text with its length before it."""
        try:
            text = self.data().decode()
        except UnicodeDecodeError:
            raise Malformed("a text that is not UTF-8") from None
        if "\0" in text:
            raise Malformed("a text with a zero")
        return text

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self._body) - self.at)

    def end(self) -> None:
        """There must not be any more."""
        if self.more():
            raise Malformed("more than there should be")

    def take(self, count: int) -> bytes:
        """So many bytes."""
        taken = self._body[self.at : self.at + count]
        if len(taken) < count:
            raise Malformed("less than there should be")
        self.at += count
        return taken


def text(said: str) -> bytes:
    """A text with its length before it."""
    encoded = said.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def length(number: int) -> bytes:
    """A number of one to four bytes with seven bits each."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*written, number))

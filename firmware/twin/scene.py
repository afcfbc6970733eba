"""Where the virtual camera's pictures come from.

The camera asks a scene for `picture(sensor)`: an open file and its length, encoded to what the sensor's registers
ask for. Three scenes give it: a folder of prepared files, a server that encodes on demand (pictures.py, the only way
for MicroPython, which cannot encode), and under CPython the encoder itself.
"""

import socket


def _opened(path: str) -> tuple:
    file = open(path, "rb")  # noqa: SIM115  the FIFO closes it
    length = file.seek(0, 2)
    file.seek(0)
    return file, length


class Folder:
    """Prepared pictures `<width>x<height>.jpg`; quality, orientation and light are as they are."""

    def __init__(self, path: str):
        self._path = path

    def picture(self, sensor) -> tuple:
        """The file of the sensor's size; OSError if there is none."""
        width, height = sensor.size
        return _opened(f"{self._path}/{width}x{height}.jpg")


class Asked:
    """Pictures from the host: one line asks for one, the answer is the path of its file."""

    def __init__(self, address: tuple):
        self._address = address

    def picture(self, sensor) -> tuple:
        """Ask, and open what is given; OSError when the host is gone."""
        width, height = sensor.size
        line = f"picture {width} {height} {sensor.quantiser} {sensor.exposure:.3f} {sensor.mirror:d} {sensor.flip:d}\n"
        return _opened(self._ask(line))

    def _ask(self, line: str) -> str:
        connection = socket.socket()
        try:
            connection.connect(socket.getaddrinfo(*self._address)[0][-1])
            connection.send(line.encode())
            answer = b""
            while not answer.endswith(b"\n"):
                more = connection.recv(256)
                if not more:
                    raise OSError("the host gave no picture")
                answer += more
        finally:
            connection.close()
        return answer.decode().strip()

"""A board at its USB port: `micropython -i board.py TWIN FLASH [FAULT]`, with the twin's `machine` and `network`.

Says when it hears what is typed, runs boot.py and main.py as the board does, then stays at the prompt. FLASH is a
folder, or a number: kilobytes of an empty LittleFS of its own. FAULT is a statement to run first.
"""

import builtins
import io
import os
import sys

# First of all: whatever fails below, the prompt that follows cannot touch a file of this computer.
os.umount("/")


class Memory:
    """A block device."""

    def __init__(self, size):
        self._data = bytearray(size)

    def readblocks(self, block, into, offset=0):
        into[:] = self._data[block * 4096 + offset : block * 4096 + offset + len(into)]

    def writeblocks(self, block, data, offset=0):
        self._data[block * 4096 + offset : block * 4096 + offset + len(data)] = data

    def ioctl(self, what, _argument):
        return {4: len(self._data) // 4096, 5: 4096, 6: 0}.get(what)


def flash(place):
    if not place.isdigit():
        return os.VfsPosix(place)
    memory = Memory(int(place) * 1024)
    os.VfsLfs2.mkfs(memory)
    return os.VfsLfs2(memory)


def forgetful(keep):
    """Files that lose what `keep` says no to, given the name."""

    class Broken(io.IOBase):
        def write(self, data):
            return len(data)

        def close(self):
            pass

    def opened(name, mode="r"):
        file = whole(name, mode)
        return Broken() if "w" in mode and not keep(name) else file

    whole = builtins.open
    builtins.open = opened


def run(name):
    if name not in os.listdir():  # noqa: PTH208
        return
    try:
        with open(name) as file:  # noqa: PTH123  MicroPython has no pathlib
            exec(file.read(), {"__name__": "__main__"})
    except (Exception, KeyboardInterrupt) as error:
        sys.print_exception(error)


def start(twin, place, *faults):
    os.mount(os.VfsPosix(twin), "/twin")
    sys.path[:] = ["/twin", ".frozen"]
    fit = {name: __import__(name) for name in ("machine", "network")}
    os.umount("/twin")
    os.mount(flash(place), "/")
    os.chdir("/")
    sys.path[:] = ["", ".frozen"]
    for fault in faults:
        exec(fault, dict(globals(), **fit))
    print("powered up")
    run("boot.py")
    sys.path[0] = os.getcwd()  # noqa: PTH109  a mounted folder, unlike LittleFS, would search its root for modules
    run("main.py")


start(*sys.argv[1:])

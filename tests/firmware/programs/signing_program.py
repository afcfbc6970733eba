"""Prints the signature for each line `key message`, in hex, of standard input: `signing_program.py FIRMWARE`."""

import sys

sys.path.insert(0, sys.argv[1])

from signing import Hmac

for line in sys.stdin:
    key, message = (bytes.fromhex(word) for word in line.strip("\n").split(" "))
    mac = Hmac(key)
    for start in range(0, len(message), 7):
        mac.update(memoryview(message)[start : start + 7])
    print(mac.digest().hex())

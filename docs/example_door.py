"""A door in the standard library: says hello, rings, and sends a picture. docs/protocol.md explains each step.

Run it as: PORCHLIGHT_KEY=<64 hex digits> python3 example_door.py STATION:1066 front-door picture.jpg
"""

import hashlib
import hmac
import http.client
import json
import os
import sys
from pathlib import Path


class Door:
    """A door with its key; sessions come and go, its numbers go on."""

    def __init__(self, station, name, key):
        self.station, self.name, self.key = station, name, key
        self.boot, self.session, self.seq = os.urandom(16).hex(), "", 0

    def ring(self):
        """The press, before any picture; returns its number and the station's answer."""
        answer = self._in_session(lambda: self._post_json("/v1/rings", door=self.name, session=self.session))
        return self.seq, answer

    def snapshot(self, ring, jpeg):
        """A picture of the ring with that number, its signature behind it."""
        return self._in_session(lambda: self._post_picture(f"/v1/snapshots?ring={ring}", jpeg))

    def _in_session(self, send):
        while True:
            if not self.session:
                self._hello()
            self.seq += 1
            status, answer = send()
            if status in (201, 409):  # 409 with a visit: it had arrived, only the answer was lost
                return answer
            if status != 401:
                sys.exit(f"{answer['title']}: {answer['message']}")
            self.session = ""  # the station was started anew

    def _hello(self):
        nonce = os.urandom(16).hex()
        status, answer = self._post_json("/v1/hello", id=self.name, boot=self.boot, firmware="example 1", nonce=nonce)
        if status != 201:
            sys.exit(f"{answer['title']}: {answer['message']}")
        mac = self._mac("hello", self.name, self.boot, nonce, answer["session"], answer["time"])
        if not hmac.compare_digest(mac.hex(), answer["mac"]):
            sys.exit("this station does not have my key")
        self.session = answer["session"]

    def _mac(self, *words):
        return hmac.digest(self.key, "\n".join(map(str, words)).encode(), hashlib.sha256)

    def _post_json(self, path, **said):
        session, seq = (self.boot, 0) if path == "/v1/hello" else (self.session, self.seq)
        said |= {"mac": 64 * "0"} if path == "/v1/hello" else {"seq": seq, "mac": 64 * "0"}
        length = len(json.dumps(said))  # the signature is as long as the noughts in its place
        said["mac"] = self._mac("POST", path, self.name, session, seq, length).hex()
        return self._post(path, json.dumps(said).encode(), {"Content-Type": "application/json"})

    def _post_picture(self, path, jpeg):
        mac = self._mac("POST", path, self.name, self.session, self.seq, len(jpeg) + 32)
        headers = {"Porchlight-Door": self.name, "Porchlight-Session": self.session, "Porchlight-Seq": str(self.seq)}
        headers |= {"Porchlight-Mac": mac.hex(), "Content-Type": "image/jpeg"}
        return self._post(path, jpeg + hmac.digest(self.key, mac + jpeg, hashlib.sha256), headers)

    def _post(self, path, body, headers):
        connection = http.client.HTTPConnection(self.station, timeout=10)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


if __name__ == "__main__":
    door = Door(sys.argv[1], sys.argv[2], bytes.fromhex(os.environ["PORCHLIGHT_KEY"]))
    number, rung = door.ring()
    print(json.dumps(rung))
    print(json.dumps(door.snapshot(number, Path(sys.argv[3]).read_bytes())))

"""The script that Porchlight replaces, re-implemented from its description, to be measured against.

A Flask development server; on each press it saves the picture, encodes the whole gallery anew, looks for faces on a
copy at a quarter of the size, compares at 0.6, and only then tells Telegram.

    python -m benchmarks.original_flow PORT GALLERY_DIR API_BASE TOKEN CHAT
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import face_recognition
import numpy as np
import requests
from flask import Flask, request


def encode_gallery(folder: Path) -> tuple[list[str], list[np.ndarray]]:
    """Names and encodings of every photo, as the original did on each press."""
    names, encodings = [], []
    for photo in sorted(folder.glob("*/*.jpg")):
        picture = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
        found = face_recognition.face_encodings(picture)
        if found:
            names.append(photo.parent.name)
            encodings.append(found[0])
    return names, encodings


def who_is_it(picture: np.ndarray, names: list[str], encodings: list[np.ndarray]) -> str:
    """The nearest name within 0.6 on a quarter-size copy."""
    small = cv2.cvtColor(cv2.resize(picture, (0, 0), fx=0.25, fy=0.25), cv2.COLOR_BGR2RGB)
    for encoding in face_recognition.face_encodings(small):
        distances = face_recognition.face_distance(encodings, encoding)
        if len(distances) and distances.min() <= 0.6:
            return names[int(distances.argmin())]
    return "Unknown"


def create_app(gallery: Path, api: str, chat: str) -> Flask:
    """The one route of the original."""
    app = Flask(__name__)

    @app.post("/")
    def press() -> str:
        data = request.get_data()
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        name = who_is_it(picture, *encode_gallery(gallery))
        requests.post(f"{api}/sendMessage", data={"chat_id": chat, "text": f"{name} is at the door"}, timeout=30)
        requests.post(f"{api}/sendPhoto", data={"chat_id": chat}, files={"photo": ("p.jpg", data)}, timeout=30)
        return "saved.jpg"

    return app


if __name__ == "__main__":
    port, gallery, base, token, chat = sys.argv[1:]
    create_app(Path(gallery), f"{base}/bot{token}", chat).run("127.0.0.1", int(port))

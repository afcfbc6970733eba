"""A Home Assistant core as a process of its own, used through its REST API as its own pages do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import requests

from tests.fakes import free_port
from tests.waiting import wait_until

PATIENCE_S = 120.0
_GONE = "No device components to cleanup"
"""2025.1 says it when an empty message comes for the second time; whose echo that is, its log does not tell."""
_CLIENT = "http://127.0.0.1/"
_CONFIGURATION = """
http:
  server_host: 127.0.0.1
  server_port: {port}
api:
config:
onboarding:
sun:
"""


class HomeAssistant:
    """`program` is its `hass`, from an environment of its own; it installs what its MQTT needs at the first start."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""
        folder.mkdir()
        (folder / "configuration.yaml").write_text(_CONFIGURATION.format(port=self.port))

    def configure(self, yaml: str) -> None:
        """Add to its configuration, before it starts."""
        with (self.folder / "configuration.yaml").open("a") as file:
            file.write(yaml)

    @cached_property
    def version(self) -> tuple[int, int]:
        """Year and month of its release."""
        said = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=True).stdout
        year, month = said.strip().split(".")[:2]
        return int(year), int(month)

    def __enter__(self) -> HomeAssistant:
        self.start()
        self._onboard()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and return when its API answers."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PORCHLIGHT"))}
        with (self.folder / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-c", str(self.folder)], env=environ, stdout=log, stderr=subprocess.STDOUT
            )
        self.until(self._answers)

    def stop(self) -> None:
        """End it in order: it writes down what it knows."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def connect_to(self, broker_port: int, user: tuple[str, str] | None, mqtt: str) -> None:
        """Go through the steps of its MQTT set-up, with name and password if the broker wants them."""
        flow = self.post("/api/config/config_entries/flow", {"handler": "mqtt", "show_advanced_options": True})
        answers = {"broker": "127.0.0.1", "port": broker_port}
        answers |= dict(zip(("username", "password"), user or (), strict=False))
        step = f"/api/config/config_entries/flow/{flow['flow_id']}"
        self.post(step, {**answers, "advanced_options": True})
        made = self.post(step, {**answers, "protocol": mqtt})
        assert made["type"] == "create_entry", made

    # ---- what can be seen and done

    def state(self, entity: str) -> dict[str, Any]:
        """An entity's state and attributes; empty while there is none."""
        answer = self._request("GET", f"/api/states/{entity}")
        return dict(answer.json()) if answer.status_code == 200 else {}

    def is_now(self, entity: str, *wanted: str) -> bool:
        """Whether an entity's state is one of these."""
        return self.state(entity).get("state") in wanted

    def is_there(self, entity: str) -> bool:
        """Whether an entity exists and is available."""
        return self.state(entity).get("state", "unavailable") != "unavailable"

    def entities(self, key: str) -> set[str]:
        """Every entity whose id begins like this, after its domain."""
        states = self._request("GET", "/api/states").json()
        return {state["entity_id"] for state in states if f".{key}_" in state["entity_id"]}

    def template(self, text: str) -> str:
        """What one of its templates says."""
        return self._request("POST", "/api/template", {"template": text}).text

    def call(self, service: str, **data: Any) -> requests.Response:
        """Have it do something, as a button of its pages would."""
        domain, _, name = service.partition(".")
        return self._request("POST", f"/api/services/{domain}/{name}", data)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._request("POST", path, body)
        assert answer.status_code in (200, 201), (answer.status_code, answer.text)
        return dict(answer.json())

    def until(self, holds: Callable[[], object], story: Callable[[], object] = str) -> None:
        """Wait for what other processes do; on failure `story` is told with the end of the log."""
        wait_until(lambda: self._runs() and holds(), PATIENCE_S, lambda: f"{self.log()[-4000:]}\n{story()}")

    def log(self) -> str:
        file = self.folder / "home-assistant.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def complaints(self) -> list[str]:
        """Its warnings and errors about MQTT, but for its word about a device that is gone already."""
        return [
            line
            for line in self.log().splitlines()
            if "mqtt" in line and (" WARNING " in line or " ERROR " in line) and _GONE not in line
        ]

    def _runs(self) -> bool:
        assert self._process, "it was not started"
        assert self._process.poll() is None, self.log()[-4000:]
        return True

    def _request(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return requests.request(method, f"http://127.0.0.1:{self.port}{path}", json=body, headers=headers, timeout=30)

    def _answers(self) -> bool:
        try:
            if not self._token:
                return self._request("GET", "/api/onboarding").status_code == 200
            return bool(self._request("GET", "/api/config").json()["state"] == "RUNNING")
        except (requests.RequestException, ValueError, KeyError):
            return False

    def _onboard(self) -> None:
        owner = {"client_id": _CLIENT, "name": "Owner", "username": "owner", "password": "porch", "language": "en"}
        code = self.post("/api/onboarding/users", owner)["auth_code"]
        grant = {"grant_type": "authorization_code", "code": code, "client_id": _CLIENT}
        answer = requests.post(f"http://127.0.0.1:{self.port}/auth/token", data=grant, timeout=30)
        self._token = json.loads(answer.text)["access_token"]
        for step in ("core_config", "analytics"):
            self._request("POST", f"/api/onboarding/{step}", {})
        self._request("POST", "/api/onboarding/integration", {"client_id": _CLIENT, "redirect_uri": _CLIENT})

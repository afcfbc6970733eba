"""The gallery and the station's health from a shell."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from PIL import Image

from tests.station_process import as_jpeg
from tests.system.conftest import Stations


def save(folder: Path, name: str, picture: Image.Image) -> str:
    path = folder / name
    path.write_bytes(as_jpeg(picture, quality=95))
    return str(path)


def test_enrol_identify_and_forget_from_the_shell(
    station: Stations, tmp_path: Path, grace_hopper: Image.Image, astronaut: Image.Image
) -> None:
    """Whoever is enrolled is identified, and after forget nobody is."""
    shell = station()
    grace, eileen = save(tmp_path, "g.jpg", grace_hopper), save(tmp_path, "e.jpg", astronaut)
    enrolled = shell.run("enrol", "Grace", grace)
    assert (enrolled.returncode, enrolled.stdout.split("\t")[0].strip()) == (0, "good"), enrolled.stderr
    identified = shell.run("identify", grace, eileen)
    known, stranger = map(json.loads, identified.stdout.splitlines())
    assert (known["verdict"], known["faces"][0]["identity"]) == ("known", "Grace")
    assert (stranger["verdict"], stranger["faces"][0]["identity"]) == ("unknown", None)
    assert shell.run("forget", "Grace").returncode == 0
    assert not (shell.gallery / "Grace").exists()
    assert json.loads(shell.run("identify", grace).stdout)["verdict"] == "unknown"


def test_a_photo_without_a_face_is_not_enrolled_and_says_why(station: Stations, tmp_path: Path) -> None:
    shell = station()
    wall = save(tmp_path, "wall.jpg", Image.new("RGB", (640, 480), (90, 120, 150)))
    done = shell.run("enrol", "Nobody", wall)
    assert done.returncode == 1
    assert done.stdout.startswith("no_face\t")
    assert done.stderr.count("\n") == 1
    assert not list(shell.gallery.glob("Nobody/*"))


def test_forgetting_nobody_and_naming_nonsense_fail_in_one_line(station: Stations, tmp_path: Path) -> None:
    shell = station()
    photo = save(tmp_path, "x.jpg", Image.new("RGB", (64, 48)))
    for arguments in (["forget", "Nobody"], ["enrol", "../escape", photo], ["identify", str(tmp_path / "none.jpg")]):
        done = shell.run(*arguments)
        assert done.returncode == 1, arguments
        assert "Traceback" not in done.stderr


def test_check_tells_every_part_and_fails_where_one_fails(station: Stations) -> None:
    """With the broker's port closed, --check names MQTT and exits 1; without MQTT all is well."""
    good = station().run("--check")
    assert good.returncode == 0, good.stdout
    assert [line.split()[1].rstrip(":") for line in good.stdout.splitlines()] == [
        "settings",
        "store",
        "recognition",
        "telegram",
        "apprise",
        "mqtt",
    ]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = str(closed.getsockname()[1])
        bad = station(mqtt__broker="external", mqtt__host="127.0.0.1", mqtt__port=port).run("--check")
    assert bad.returncode == 1
    assert bad.stdout.splitlines()[-1].startswith("FAIL mqtt:")


def test_wrong_settings_exit_with_2_and_name_file_and_key(station: Stations) -> None:
    shell = station()
    (shell.home / "station.toml").write_text("[receiver]\nporrt = 1\n")
    done = shell.run()
    assert done.returncode == 2
    assert "station.toml" in done.stderr
    assert "receiver.porrt" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_said_in_one_line(station: Stations) -> None:
    first = station().start()
    port = first.address.rsplit(":", 1)[1]
    second = station(receiver__port=port).run()
    assert second.returncode == 1
    assert port in second.stderr
    assert "Traceback" not in second.stderr


def test_two_stations_never_share_a_data_directory(station: Stations) -> None:
    """They would tell everything twice."""
    first = station().start()
    second = first.run()
    assert second.returncode == 1
    assert "already running" in second.stderr


def test_a_new_door_waits_until_the_owner_approves_it(station: Stations, astronaut: Image.Image) -> None:
    """202 and nothing goes out; approving from the shell sends the held picture on its way."""
    house = station(receiver__unknown_doors="ask").start()
    assert house.press(as_jpeg(astronaut, (640, 480))).status_code == 202
    assert house.visits()[0]["state"] == "held"
    door = house.visits()[0]["door"]
    assert f"asking\t{door}" in house.run("doors").stdout
    assert house.run("doors", "approve", door).returncode == 0
    assert house.wait_for(lambda visits: visits[0]["state"] == "concluded")[0]["verdict"] == "unknown"
    assert house.press(as_jpeg(astronaut, (320, 240))).status_code == 200

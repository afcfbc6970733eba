"""start.py, run for real in a copy of the checkout, with stand-ins for the tools that download and install."""

import ast
import configparser
import errno
import fcntl
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
INPUTS = ("setup.cfg", "pyproject.toml", "requirements.lock")

# One stand-in for python, pip, uv and apt: it notes its call, fails when told to, leaves what the real tool leaves.
STAND_IN = r"""#!/bin/sh
name=${0##*/}
echo "$name $*" >> "$CALLS"
case "$name $*" in
    "python -m venv "*) failure=$FAIL_VENV ;;
    "python -m pip "*" install "*) failure=$FAIL_PIP ;;
    "uv "*) failure=$FAIL_UV ;;
    "python -P -c "*) failure=$FAIL_TRIAL ;;
    "apt-get "*) failure=$FAIL_APT ;;
esac
[ "$failure" = killed ] && kill -9 $PPID
[ -n "$failure" ] && echo "$failure" && exit 1
case "$name $*" in
    "python -m venv "*)
        mkdir -p "$3/bin" "$3/lib/python3/site-packages"
        ln -s "$STAND_IN" "$3/bin/python" ;;
    "python -m pip config list") echo "global.index-url='https://mirror.invalid/simple'" ;;
    "python -m pip "*)
        ln -sf "$STAND_IN" "${0%/*}/uv"
        mkdir -p "${0%/*}/../lib/python3/site-packages/uv-${5#uv==}.dist-info" ;;
    "uv "*) echo "index: $UV_DEFAULT_INDEX" ;;
    "dpkg-query "*) printf '%s\n' "$INSTALLED" ;;
    "apt-get update"*) echo "Hit:1 the mirror" ;;
    "apt-cache "*) shift; for package in "$@"; do printf 'Package: %s\nVersions: \n1.0 (there)\n\n' $package; done ;;
    "python -m pytest"*) exit ${PYTEST_SAYS:-0} ;;
    "python -P -m "*) shift 2; echo "running -m $* PYTHONPATH=$PYTHONPATH" ;;
esac
"""

# As if another interpreter, another user had started start.py.
LAUNCHER = """
import os, runpy, sys
sys._base_executable, os.geteuid = os.environ["STAND_IN"], lambda: int(os.environ.get("USER_ID", 0))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Copy:
    """A copy of the checkout on a machine where only stand-ins are installed."""

    def __init__(self, folder: Path) -> None:
        self.tools = folder / "tools"
        self.calls_file = folder / "calls.txt"
        self.root = folder / "checkout"
        self.stamp = self.root / ".venv" / "setup.json"
        self.root.mkdir()
        self.tools.mkdir()
        for name in ("start.py", *INPUTS):
            shutil.copy(CHECKOUT / name, self.root)
        for tool in ("mkdir", "ln", "sudo"):
            (self.tools / tool).symlink_to(shutil.which(tool) or "/bin/true")
        (self.tools / "python").write_text(STAND_IN)
        (self.tools / "python").chmod(0o755)

    def make_debian(self) -> None:
        for tool in ("apt-get", "apt-cache", "dpkg-query", "dpkg"):
            (self.tools / tool).symlink_to(self.tools / "python")

    def begin(self, *arguments: str, **variables: str) -> subprocess.Popen:
        environment = {
            "PATH": str(self.tools),
            "CALLS": str(self.calls_file),
            "STAND_IN": str(self.tools / "python"),
            "PYTHONPATH": "/somewhere/else",
            "DISPLAY": ":7",
            **variables,
        }
        command = [sys.executable, "-c", LAUNCHER, str(self.root / "start.py"), *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, cwd="/", stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        self.calls_file.write_text("")
        with self.begin(*arguments, **variables) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def calls(self) -> list[str]:
        """What the stand-ins were asked since the last run began."""
        return self.calls_file.read_text().splitlines()

    def called(self, text: str) -> bool:
        return any(text in call for call in self.calls())


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


@pytest.fixture
def start(copy):
    """start.py of the copy as a module."""
    spec = importlib.util.spec_from_file_location("start_of_copy", copy.root / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- First and second start -----------------------------------------------------------------------------------


def test_first_start_sets_up_and_runs(copy):
    """The first start shows its steps, leaves the stamp and becomes the program with the caller's arguments."""
    result = copy.run("headless", "--check", "two words")
    assert result.returncode == 0
    assert result.stdout == "running -m receiver --check two words PYTHONPATH=\n"
    assert [line.split("]")[0] for line in result.stderr.splitlines() if "done" not in line] == [
        f"[{number}/4" for number in (1, 2, 3, 4)
    ]
    assert json.loads(copy.stamp.read_text())["profile"] == "headless"


def test_second_start_starts_nothing_but_the_program(copy):
    """With a current stamp nothing is called and nothing said: no network can be needed."""
    copy.run()
    result = copy.run("--version")
    assert (result.stdout, result.stderr) == ("running -m desktop_app --version PYTHONPATH=\n", "")
    assert copy.calls() == ["python -P -m desktop_app --version"]


def test_packages_are_installed_locked_and_editable(copy):
    """uv gets the profile's extras and takes versions and hashes, for building too, from requirements.lock."""
    copy.run("test")
    (install,) = [call for call in copy.calls() if call.startswith("uv pip install")]
    assert install.endswith("--editable .[desktop,test,dev]")
    assert "--constraints requirements.lock --build-constraints requirements.lock" in install


def test_uv_uses_the_index_configured_for_pip(copy):
    """A mirror in pip's configuration is handed to uv, which does not read it."""
    copy.run("headless")
    assert "index: https://mirror.invalid/simple" in (copy.root / ".venv" / "setup.log").read_text()
    copy.root.joinpath(".venv/setup.json").unlink()
    copy.run("headless", UV_DEFAULT_INDEX="https://own.invalid/simple")
    assert "index: https://own.invalid/simple" in (copy.root / ".venv" / "setup.log").read_text()


def test_a_larger_set_up_serves_smaller_needs(copy):
    """After `test` neither the desktop nor the headless station installs anything."""
    copy.run("test")
    for arguments in (["headless"], []):
        copy.run(*arguments)
        assert len(copy.calls()) == 1


def test_a_smaller_set_up_is_extended_in_place(copy):
    """The desktop after the headless station adds packages and keeps the environment."""
    copy.run("headless")
    copy.run()
    assert copy.called("--editable .[desktop]")
    assert not copy.called("-m venv")


CHANGES = [
    ("setup.cfg", "install_requires =", "install_requires =\n    another"),
    ("pyproject.toml", "override-dependencies = [", 'override-dependencies = ["another", '),
    ("requirements.lock", "numpy==", "numpy==99."),
]


def change(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize(("name", "old", "new"), CHANGES)
def test_changed_requirements_are_installed(copy, name, old, new):
    """A pull that changes what is to be installed is followed by an installation, once."""
    copy.run("headless")
    change(copy.root / name, old, new)
    copy.run("headless")
    assert copy.called("uv pip install")
    copy.run("headless")
    assert not copy.called("uv pip install")


def test_changed_linters_install_nothing(copy):
    """Settings of tools in the same files are no reason to install, for which there may be no network."""
    copy.run("headless")
    change(copy.root / "pyproject.toml", "line-length = ", "line-length = 1")
    change(copy.root / "setup.cfg", "[tool:pytest]", "[tool:pytest]\nverbosity = 2")
    copy.run("headless")
    assert not copy.called("uv pip install")


@pytest.mark.parametrize(("says", "code"), [("0", 0), ("1", 1), ("2", 1), ("4", 2), ("5", 1)])
def test_exit_code_of_the_tests(copy, says, code):
    """Failed tests and no tests are a failed job, a wrong option is wrong usage."""
    assert copy.run("test", PYTEST_SAYS=says).returncode == code


# ---- Recovery -------------------------------------------------------------------------------------------------


def without_a_stamp(copy):
    copy.stamp.unlink()


def with_half_a_stamp(copy):
    copy.stamp.write_text(copy.stamp.read_text()[:20])


def without_an_interpreter(copy):
    (copy.root / ".venv/bin/python").unlink()


def with_a_dangling_interpreter(copy):
    (copy.root / ".venv/bin/python").unlink()
    (copy.root / ".venv/bin/python").symlink_to("/gone/python3")


def with_another_interpreter(copy):
    (copy.tools / "python3.99").write_text("")
    (copy.root / ".venv/bin/python").unlink()
    (copy.root / ".venv/bin/python").symlink_to(copy.tools / "python3.99")


def as_a_plain_file(copy):
    shutil.rmtree(copy.root / ".venv")
    (copy.root / ".venv").write_text("")


def moved(copy):
    copy.root = copy.root.rename(copy.root.with_name("elsewhere"))


@pytest.mark.parametrize(
    "damage",
    [
        without_a_stamp,
        with_half_a_stamp,
        without_an_interpreter,
        with_a_dangling_interpreter,
        with_another_interpreter,
        as_a_plain_file,
        moved,
    ],
)
def test_a_damaged_environment_is_made_anew(copy, damage):
    """Whatever happened to .venv, the next start makes it again and runs."""
    copy.run("headless")
    damage(copy)
    result = copy.run("headless")
    assert copy.called("-m venv")
    assert result.stdout.startswith("running -m receiver")


def test_an_interpreter_that_does_not_run_is_replaced(copy):
    """An interpreter that turns out damaged when it is started is replaced, though the stamp was right."""
    copy.run("headless")
    (copy.tools / "good").mkdir()
    good = shutil.copy(copy.tools / "python", copy.tools / "good")
    (copy.tools / "python").write_bytes(b"\0\1\2")
    result = copy.run("headless", STAND_IN=str(good))
    assert copy.called("-m venv")
    assert result.stdout.startswith("running -m receiver")


@pytest.mark.parametrize("step", ["FAIL_VENV", "FAIL_PIP", "FAIL_UV", "FAIL_TRIAL"])
def test_killed_at_any_step(copy, step):
    """A start.py killed in the middle leaves no stamp, and the next one completes the job."""
    assert copy.run("headless", **{step: "killed"}).returncode == -signal.SIGKILL
    assert not copy.stamp.exists()
    assert copy.run("headless").stdout.startswith("running -m receiver")


def test_two_at_once(copy):
    """A second start.py says that it waits, and goes on when the first has finished."""
    (copy.root / ".venv").mkdir()
    with (copy.root / ".venv/setup.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        second = copy.begin("headless")
        assert "waiting" in second.stderr.readline()
        fcntl.flock(first, fcntl.LOCK_UN)
        out, _ = second.communicate()
    assert out.startswith("running -m receiver")


# ---- Failures in words ----------------------------------------------------------------------------------------

FAILURES = [
    ("FAIL_PIP", "NewConnectionError: Temporary failure in name resolution", "no network"),
    ("FAIL_UV", "error: tcp connect error: Connection refused (os error 111)", "no network"),
    ("FAIL_PIP", "OSError: [Errno 28] No space left on device", "the disk is full"),
    ("FAIL_UV", "failed to write: No space left on device (os error 28)", "the disk is full"),
    ("FAIL_UV", "invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE"),
    ("FAIL_TRIAL", "ImportError: libGL.so.1: cannot open shared object file", "the system lacks libGL.so.1"),
    ("FAIL_UV", "error: something unheard of", "uv failed: error: something unheard of"),
]


@pytest.mark.parametrize(("step", "said", "words"), FAILURES)
def test_failures_are_one_clear_line(copy, step, said, words):
    """What went wrong is told in one line with exit code 1, and the next run recovers."""
    result = copy.run(**{step: said})
    assert result.returncode == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert copy.run().returncode == 0


def test_an_unknown_failure_names_the_log(copy):
    """A failure nobody foresaw leads to the file that holds the tool's own words."""
    result = copy.run("headless", FAIL_UV="error: something unheard of")
    log = re.search(r"details: (.*)\)", result.stderr)[1]
    assert "something unheard of" in Path(log).read_text()


def test_without_a_network_what_worked_works_on(copy):
    """Wanting more than is installed, without a network, does not cost what is installed."""
    copy.run("headless")
    assert copy.run(FAIL_UV="dns error").returncode == 1
    copy.run("headless")
    assert copy.calls() == ["python -P -m receiver"]


def test_system_errors_in_words(start):
    """A full disk and a checkout that cannot be written are told as such when start.py itself meets them."""
    assert "the disk is full" in start.in_words(OSError(errno.ENOSPC, "x"))
    assert "cannot be written" in start.in_words(OSError(errno.EROFS, "x"))


def test_incomplete_checkout(copy):
    """A missing lock file is named."""
    (copy.root / "requirements.lock").unlink()
    result = copy.run("headless")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "requirements.lock is missing" in result.stderr


def test_usage(copy):
    """An unknown word is wrong usage and installs nothing; --help explains."""
    assert copy.run("tset").returncode == 2
    assert copy.calls() == []
    assert copy.run("--help").stdout.startswith("Set Porchlight up")


# ---- Python versions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 0), (3, 14, 0)])
def test_refused_pythons(start, version):
    """A Python that is too old or too new gets one line that says which ones fit."""
    line = start.refusal(version)
    assert line.startswith(f"start.py: Python 3.11 to 3.13 is needed, this is 3.{version[1]}")
    assert "\n" not in line


def test_accepted_pythons(start):
    """From 3.11 to 3.13 nothing is refused."""
    assert [start.refusal((3, minor)) for minor in (11, 12, 13)] == ["", "", ""]


def test_old_pythons_can_read_start_py():
    """The file parses as Python 3.6, so that the refusal is what an old Python prints."""
    ast.parse((CHECKOUT / "start.py").read_text(), feature_version=(3, 6))


# ---- Debian ---------------------------------------------------------------------------------------------------


def test_debian_as_a_user(copy):
    """Who may not install gets exactly one command with exactly the missing packages."""
    copy.make_debian()
    installed = "ii \tca-certificates, \nrc \tlibgl1, \nii \tlibglib2.0-0t64, libglib2.0-0 (= 2.80)"
    result = copy.run("headless", INSTALLED=installed, USER_ID="1000")
    assert result.returncode == 1
    command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1\n"
    assert result.stderr.endswith(": " + command)
    assert not copy.called("apt-get")


def test_debian_as_root(copy):
    """Root gets the missing packages installed, after one update, as the first of the steps."""
    copy.make_debian()
    result = copy.run("headless", INSTALLED="ii \tca-certificates, ")
    apt = [call for call in copy.calls() if call.startswith("apt-get")]
    assert [call.split()[1] for call in apt] == ["update", "install"]
    assert apt[1].endswith(" libgl1 libglib2.0-0")
    assert "[1/5] System packages" in result.stderr


def test_debian_tools_from_elsewhere_count(copy):
    """A browser or broker that is there as a command is not asked of apt again."""
    copy.make_debian()
    (copy.tools / "chromium").symlink_to("/bin/true")
    result = copy.run("test", USER_ID="1000")
    packages = result.stderr.split("--no-install-recommends ")[1].split()
    assert "chromium" not in packages
    assert {"libgl1", "libegl1"} < set(packages)


def test_debian_without_a_network(copy):
    """apt's own complaint about the network becomes ours."""
    copy.make_debian()
    result = copy.run("headless", FAIL_APT="Err:1 Temporary failure resolving 'mirror'")
    assert result.returncode == 1
    assert "no network" in result.stderr


# ---- Telling --------------------------------------------------------------------------------------------------


class Told(list):
    """Stands in for a job: keeps what it was told."""

    tell = list.append


def test_how_far_uv_is(start):
    """uv's lines become megabytes that have come of those announced."""
    told = Told()
    uv = start.UvOutput(told)
    for line in ("Downloading qt (512.0MiB)", "Downloading np (512.0KiB)", "   Building models==1", " Downloaded qt"):
        uv.read(line + "\n")
    assert told[-1] == "512 of 512 MB downloaded, building models"
    uv.read("      Built models==1\n")
    assert told[-1] == "512 of 512 MB downloaded"
    uv.read("Prepared 2 packages in 1s\n")
    assert told[-1] == "installing"


def test_how_far_apt_is(start):
    """apt's lines become numbers of packages."""
    told = Told()
    apt = start.AptOutput(told)
    for line in ("0 upgraded, 2 newly installed, 0 to remove", "Get:1 x", "Unpacking a (1) ...", "Setting up a (1)"):
        apt.read(line)
    assert told == ["1 of 2 fetched", "1 of 2 unpacked", "1 of 2 set up"]


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="no Xvfb here")
def test_display_of_its_own(start, monkeypatch):
    """Without a display the tests get one, and it is gone afterwards."""
    monkeypatch.delenv("DISPLAY", raising=False)
    with start.a_display() as variables:
        socket = Path("/tmp/.X11-unix/X" + variables["DISPLAY"].lstrip(":"))
        assert socket.exists()
    assert not socket.exists()


def test_the_users_display_is_used(start, monkeypatch):
    """Where there is a display, the tests run on it."""
    monkeypatch.setenv("DISPLAY", ":7")
    with start.a_display() as variables:
        assert variables == {}


# ---- The lock file --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked():
    """Versions of requirements.lock by name."""
    text = (CHECKOUT / "requirements.lock").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_lock_names_no_place():
    """The lock file holds no address, host or path of the machine that wrote it."""
    text = (CHECKOUT / "requirements.lock").read_text()
    assert not re.search(r"://|--(extra-)?index|--find-links|(^|\s)/\w|\.(com|org|net|io)\b", text)


def test_lock_pins_every_requirement_by_hash(locked):
    """Everything setup.cfg asks for is in the lock, each version with its hashes."""
    config = configparser.ConfigParser()
    config.read(CHECKOUT / "setup.cfg")
    sections = [config["options"]["install_requires"], *config["options.extras_require"].values()]
    wanted = [re.match(r"[\w-]+", line)[0].lower() for part in sections for line in part.split("\n") if line]
    assert {name.replace("_", "-") for name in wanted} <= locked.keys()
    stanzas = re.split(r"\n(?=[a-z])", (CHECKOUT / "requirements.lock").read_text())[1:]
    assert all("--hash=sha256:" in stanza for stanza in stanzas)


def test_lock_keeps_our_exceptions(locked):
    """dlib comes as a wheel, PySide6 is not 6.12.0 and setuptools still has pkg_resources."""
    assert "dlib" not in locked
    assert "dlib-bin" in locked
    assert locked["pyside6"] != "6.12.0"
    assert int(locked["setuptools"].split(".")[0]) < 81


def test_own_python_is_not_needed(start, monkeypatch):
    """Run by the interpreter inside .venv, the set-up builds on the one behind it."""
    monkeypatch.setattr(sys, "_base_executable", "/usr/bin/the-real-one", raising=False)
    assert start.base_python() == "/usr/bin/the-real-one"
    assert os.fspath(start.VENV).endswith(".venv")

#!/usr/bin/env python3
"""Set Porchlight up where it is still missing, then start it.

usage: start.py [ARGS]               open the desktop app
       start.py headless [ARGS]      run the station without Qt: python -m receiver ARGS
       start.py test [PYTEST ARGS]   run the tests, on a display of their own when there is none
       start.py lock [UV ARGS]       write requirements.lock anew from setup.cfg (--upgrade: newest versions)
       start.py -h | --help          show this

Everything of ours goes into .venv beside this file. The first start installs; a later one only looks at the stamp
the first one left there, and needs no network. Exit codes: 0 fine, 1 the job failed, 2 wrong usage.
"""

import ast
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import threading
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)


def refusal(version):
    """Why this Python cannot run Porchlight, as one line; empty when it can."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    others = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [name for name in others if shutil.which(name)]
    hint = f": start it with {found[0]}" if found else ""
    return f"start.py: Python 3.11 to 3.13 is needed, this is {version[0]}.{version[1]}{hint}"


# Above this line even Python 3.6 runs; below it only has to parse.
if refusal(sys.version_info):
    sys.exit(refusal(sys.version_info))

# What the refusal does without:
import subprocess  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from functools import partial  # noqa: E402
from typing import IO, NamedTuple  # noqa: E402

WINDOWS = os.name == "nt"
if WINDOWS:
    import msvcrt
else:
    import fcntl

UV_PIN = "0.13.9"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BINARIES = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BINARIES / ("python.exe" if WINDOWS else "python")
UV = BINARIES / ("uv.exe" if WINDOWS else "uv")
STAMP = VENV / "setup.json"
LOG = VENV / "setup.log"
LOCK = VENV / "setup.lock"
INPUTS = ("setup.cfg", "pyproject.toml", "requirements.lock")
# Most tests wait for other processes; the long files come first, in the order of their names.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


class Profile(NamedTuple):
    """What one way of starting needs. Profiles are cumulative: a later one holds all of an earlier one."""

    name: str
    """The word on the command line; the desktop is what no word means."""
    extras: str
    """Extras of setup.cfg to install, in pip's brackets."""
    module: str
    """What `python -m` runs."""
    debian: tuple
    """Debian packages needed beyond those of the earlier profiles."""
    trial: str
    """Python that fails when a library of the system is missing."""


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            "headless",
            extras="",
            module="receiver",
            # OpenCV's wheel links the GL and glib of the system, window or not.
            debian=("ca-certificates", "libgl1", "libglib2.0-0"),
            trial="import cv2, dlib, numpy, pillow_heif, simplejpeg",
        ),
        Profile(
            "desktop",
            extras="[desktop]",
            module="desktop_app",
            debian=(
                "libegl1",
                "libdbus-1-3",
                "libgssapi-krb5-2",
                "libfontconfig1",
                "libxkbcommon-x11-0",
                "libxcb-cursor0",
                "libxcb-icccm4",
                "libxcb-keysyms1",
                "libxcb-shape0",
                "libpulse0",
                "fonts-dejavu-core",
            ),
            # Qt loads the xcb plugin only when it opens a window, so ask for its libraries here.
            trial="import ctypes, pathlib, PySide6.QtWidgets as q, PySide6.QtMultimedia;"
            "[ctypes.CDLL(str(p)) for p in pathlib.Path(q.__file__).parent.glob('Qt/plugins/platforms/libqxcb.so')]",
        ),
        Profile(
            "test",
            extras="[desktop,test,dev]",
            module="pytest",
            debian=("mosquitto", "mosquitto-clients", "xvfb", "xdotool", "openbox", "chromium", "chromium-driver"),
            trial="import pytest",
        ),
    )
}
RANKS = list(PROFILES)

# A tool that came another way than from Debian (a snap, a build of one's own) is as good.
COMMANDS = {
    "mosquitto": "mosquitto",
    "mosquitto-clients": "mosquitto_pub",
    "xvfb": "Xvfb",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "chromium": "chromium",
    "chromium-driver": "chromedriver",
}

# uv does not read pip's configuration; who set a mirror or a certificate for pip means it for us too.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "ALL_PROXY",
    "cert": "SSL_CERT_FILE",
}

# Where pip's settings come from; a later one wins.
PIP_SCOPES = ("global.", "install.", ":env:.")

# Variables of the caller's that would bend pip, uv or the interpreter of .venv.
FOREIGN = (
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "__PYVENV_LAUNCHER__",
)

READ_ONLY = f"{ROOT} cannot be written: give yourself write access to the checkout, or copy it elsewhere"


class Failure(Exception):
    """The world's fault: its text is the one line the reader gets."""


class DiskFull(Failure):
    """There is no room."""

    def __init__(self) -> None:
        super().__init__("the disk is full: make room (3 GB are plenty), then run start.py again")


class Offline(Failure):
    """The network is away. Downloads come before changes, so what was installed before still works."""

    def __init__(self) -> None:
        super().__init__("no network: this step downloads; run start.py again when there is a connection")


class Untrusted(Failure):
    """Somebody on the way, a company's proxy mostly, signs with a certificate this system does not know."""

    def __init__(self) -> None:
        super().__init__("a certificate on the way is not trusted: set SSL_CERT_FILE to your network's certificates")


CAUSES = (
    (r"No space left|not enough space|enough free space|Disk quota|os error (28|122)\b", DiskFull),
    (r"certificate verify failed|CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer", Untrusted),
    (
        r"Temporary failure|Could not resolve|dns error|getaddrinfo|Name or service not known|failed to lookup"
        r"|Network is unreachable|No route to host|Connection (refused|reset|timed out|broken)|tcp connect error"
        r"|error sending request|(Read|operation) timed out|ConnectTimeout|NewConnectionError"
        r"|Could not connect|Cannot initiate",
        Offline,
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs and start it; returns the exit code where nothing was exec'ed."""
    command, rest = understood(arguments)
    if command in ("help", "unknown"):
        print(__doc__.strip() if command == "help" else unknown(rest[0]), file=stream_for(command))
        return 0 if command == "help" else 2
    try:
        return lock(rest) if command == "lock" else start(PROFILES[command], rest)
    except Failure as failure:
        return complain(str(failure))
    except OSError as error:
        return complain(in_words(error))
    except KeyboardInterrupt:
        return complain("interrupted; the next run carries on")


def understood(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The command of an argument list and what belongs to it; words are ours, options the desktop app's."""
    first, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if first in ("-h", "--help"):
        return "help", rest
    if first in PROFILES or first == "lock":
        return first, rest
    if first and not first.startswith("-"):
        return "unknown", list(arguments)
    return "desktop", list(arguments)


def unknown(word: str) -> str:
    """The line for a word that is no command."""
    return f"start.py: unknown command {word!r}: there are headless, test and lock; start.py --help explains"


def stream_for(command: str) -> IO[str]:
    """Where words about the set-up go: the headless station's stdout is for its own lines."""
    return sys.stderr if command in ("headless", "unknown") else sys.stdout


def complain(text: str) -> int:
    """Say in one line why the job failed."""
    print(f"start.py: {text}", file=sys.stderr)
    return 1


def in_words(error: OSError) -> str:
    """What an error of the operating system means for the reader."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return str(DiskFull())
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return READ_ONLY
    return str(error)


# ---- Starting -------------------------------------------------------------------------------------------------


def start(profile: Profile, arguments: Sequence[str]) -> int:
    """Make the environment fit and hand over to the program."""
    if not is_current(profile):
        set_up_alone(profile)
    if profile.name == "test":
        return run_tests(arguments)
    # -P: a folder "receiver" in the caller's directory must not pass for ours.
    command = [str(PYTHON), "-P", "-m", profile.module, *arguments]
    try:
        return hand_over(command)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOEXEC, errno.EACCES):
            raise
        # The stamp was right, the interpreter behind it is not: damaged, or not for this machine.
        STAMP.unlink()
        set_up_alone(profile)
        return hand_over(command)


def hand_over(command: Sequence[str]) -> int:
    """Become the program; on Windows, where exec returns to the shell at once, wait for it."""
    if not WINDOWS:
        os.execve(command[0], command, clean_environment())
    return subprocess.call(command, env=clean_environment())


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest in the checkout and translate its exit code into ours; the whole suite, two files at a time."""
    with a_display() as variables:
        environment = {**clean_environment(), **variables}
        command = [str(PYTHON), "-m", "pytest", *(arguments or SIDE_BY_SIDE)]
        code = subprocess.call(command, cwd=ROOT, env=environment)
    return {0: 0, 4: 2}.get(code, 1)


@contextlib.contextmanager
def a_display() -> Iterator[dict[str, str]]:
    """The variables of an X display: the user's, or that of an Xvfb which ends with the block."""
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or not shutil.which("Xvfb"):
        yield {}
        return
    server, number = start_xvfb()
    try:
        yield {"DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()


def start_xvfb() -> tuple[subprocess.Popen, str]:
    """Start an X server on a display nobody uses and say which; it tells when it is ready."""
    ready, tell = os.pipe()
    # With setpriv the server goes when we are killed, too.
    leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    command = [*leash, "Xvfb", "-displayfd", str(tell), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    command.append("-noreset")  # else the screen starts anew whenever its last window closes, between two tests
    # A session of its own: Ctrl-C is for pytest, which still needs its display to end well.
    server = subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL, start_new_session=True)
    os.close(tell)
    with os.fdopen(ready) as lines:
        number = lines.readline().strip()
    if not number:
        server.wait()
        raise Failure("Xvfb did not start: run it by hand to see why, or set DISPLAY")
    return server, number


# ---- The stamp ------------------------------------------------------------------------------------------------


def is_current(profile: Profile) -> bool:
    """Whether .venv holds what the profile needs, judged without starting anything."""
    made_of, stamp = fingerprint(), read_stamp()
    return is_sound(stamp) and stamp["made_of"] == made_of and covers(stamp["profile"], profile)


def covers(name: str, profile: Profile) -> bool:
    """Whether a set-up of the named profile is enough for this one."""
    return name in RANKS and RANKS.index(name) >= RANKS.index(profile.name)


def is_sound(stamp: dict[str, str]) -> bool:
    """Whether the stamp speaks of the .venv that is there: finished, here, by this Python, and that still exists."""
    return bool(stamp) and PYTHON.exists() and {**stamp, **whereabouts()} == stamp


def whereabouts() -> dict[str, str]:
    """What ties a .venv to its place and interpreter."""
    return {
        "place": str(ROOT),
        "python": "{}.{}".format(*sys.version_info),
        "interpreter": os.path.realpath(PYTHON),
    }


def fingerprint() -> str:
    """A hash over everything that decides what gets installed."""
    digest = hashlib.sha256(repr((UV_PIN, tuple(PROFILES.values()))).encode())
    for name in INPUTS:
        try:
            digest.update(what_is_installed((ROOT / name).read_text(encoding="utf-8")).encode())
        except FileNotFoundError:
            raise Failure(f"{name} is missing beside start.py: this checkout is incomplete") from None
    return digest.hexdigest()


def what_is_installed(text: str) -> str:
    """The sections of a file that decide what gets installed; settings of linters and tests do not."""
    sections = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return "".join(part for part in sections if re.match(r"[^\[]|\[(metadata|options|build-system|tool\.uv)", part))


def read_stamp() -> dict[str, str]:
    """What the last finished set-up left; empty when there was none."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return stamp if {"made_of", "profile"} <= stamp.keys() else {}
    except (OSError, ValueError, AttributeError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Leave the stamp, whole or not at all."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    fresh.replace(STAMP)


# ---- Setting up -----------------------------------------------------------------------------------------------


def set_up_alone(profile: Profile) -> None:
    """Set up unless another start.py just did."""
    with the_only_job(stream_for(profile.name)) as job:
        if not is_current(profile):
            set_up(profile, job)


def set_up(profile: Profile, job: "Job") -> None:
    """Install what is missing, step by step, and leave the stamp last."""
    before, made_of = read_stamp(), fingerprint()
    keep = is_sound(before)
    steps = needed_steps(profile, keep)
    STAMP.unlink(missing_ok=True)
    try:
        for number, (title, work) in enumerate(steps, 1):
            with job.step(f"[{number}/{len(steps)}] {title}"):
                work(job)
    except Offline:
        if keep:
            write_stamp(before)
        raise
    write_stamp({"made_of": made_of, "profile": profile.name, **whereabouts()})


def needed_steps(profile: Profile, keep: bool) -> list[tuple[str, Callable]]:
    """Titles and work of the steps still to do, when the .venv that is there can be kept or not."""
    missing = missing_from_debian(profile)
    if missing and os.geteuid() != 0:
        raise Failure(f"packages of the system are missing, install them with: {by_hand(missing)}")
    steps: list[tuple[str, Callable]] = []
    if missing:
        steps.append(("System packages", partial(install_debian, missing)))
    if not keep:
        steps.append(("Python environment", make_environment))
    if not (keep and has_uv()):
        steps.append(("Installer", install_uv))
    steps.append(("Python packages", partial(install_packages, profile)))
    steps.append(("Trial", partial(try_out, profile)))
    return steps


def make_environment(job: "Job") -> None:
    """Make .venv anew; whatever half-made one is there goes first."""
    for leftover in set(VENV.iterdir()) - {LOCK, LOG}:
        remove(leftover)
    # Seen by a fresh interpreter: the package may have come a moment ago.
    job.run([base_python(), "-m", "venv", str(VENV)])


def install_uv(job: "Job") -> None:
    """Bring uv by the pip of .venv, which knows the user's settings."""
    job.run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", f"uv=={UV_PIN}"])


def install_packages(profile: Profile, job: "Job") -> None:
    """Install the checkout, editable, and what it needs: the versions and hashes of requirements.lock."""
    locked = ["--constraints", "requirements.lock", "--build-constraints", "requirements.lock"]
    # compat: a package that the checkout gains later is found without installing again.
    editable = ["--config-settings-package", "porchlight:editable_mode=compat", "--editable", f".{profile.extras}"]
    # Compiled now, because a first start that compiles as it imports takes twice as long.
    command = [str(UV), "pip", "install", "--compile-bytecode", "--python", str(PYTHON), *locked, *editable]
    settings = uv_settings()
    job.tell("choosing versions")
    job.run(command, watch=UvOutput(job).read, settings=settings)


def try_out(profile: Profile, job: "Job") -> None:
    """Load what depends on libraries of the system, so that a missing one is named now and not by a window."""
    trials = [PROFILES[name].trial for name in RANKS if covers(profile.name, PROFILES[name])]
    job.run([str(PYTHON), "-P", "-c", "\n".join(trials)])


def lock(arguments: Sequence[str]) -> int:
    """Resolve setup.cfg for every platform and Python we support and write the versions and hashes down."""
    with the_only_job(sys.stdout) as job:
        if not (is_sound(read_stamp()) and has_uv()):
            with job.step("Installer"):
                STAMP.unlink(missing_ok=True)
                make_environment(job)
                install_uv(job)
        with job.step("requirements.lock"):
            resolve(arguments, job)
    return 0


def resolve(arguments: Sequence[str], job: "Job") -> None:
    """Have uv write requirements.lock; nothing of this machine or its mirrors gets into it."""
    scope = ["--universal", "--python-version", "{}.{}".format(*OLDEST), "--all-extras", "--generate-hashes"]
    silence = ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "python3 start.py lock"]
    output = ["--quiet", "--output-file", "requirements.lock"]
    job.run([str(UV), "pip", "compile", "setup.cfg", *scope, *silence, *output, *arguments], settings=uv_settings())


def has_uv() -> bool:
    """Whether the pinned uv is in .venv."""
    return UV.exists() and any(VENV.glob(f"[Ll]ib/**/site-packages/uv-{UV_PIN}.dist-info"))


def uv_settings() -> dict[str, str]:
    """Variables that give uv what the user configured for pip, as far as uv was told nothing itself."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    listing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=clean_environment()).stdout
    # The system's certificates rather than uv's own: a company's proxy is known only there.
    settings = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", **pip_settings(listing)}
    return {name: value for name, value in settings.items() if name not in os.environ}


def pip_settings(listing: str) -> dict[str, str]:
    """The settings for uv in a listing of `pip config list`."""
    lines = [line.partition("=") for line in listing.splitlines()]
    configured = {key: str(ast.literal_eval(value)) for key, _, value in lines if value}
    scoped = [(scope + name, variable) for scope in PIP_SCOPES for name, variable in PIP_TO_UV.items()]
    return {variable: configured[key] for key, variable in scoped if key in configured}


def base_python() -> str:
    """The interpreter itself, even when start.py is run by the one in .venv."""
    return getattr(sys, "_base_executable", None) or sys.executable


def clean_environment() -> dict[str, str]:
    """The caller's variables without those that are about another Python."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}


def remove(path: Path) -> None:
    """Remove a file or a whole folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


# ---- The system's packages ------------------------------------------------------------------------------------


def missing_from_debian(profile: Profile) -> list[str]:
    """Debian packages the profile needs and this system lacks; none where there is no apt."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        if not has_ensurepip:
            raise Failure(f"{base_python()} comes without ensurepip: install its venv package, or use another Python")
        return []
    wanted = [name for rank in RANKS if covers(profile.name, PROFILES[rank]) for name in PROFILES[rank].debian]
    present = installed_in_debian()
    missing = [name for name in wanted if name not in present and not has_command(COMMANDS.get(name))]
    return missing if has_ensurepip else [venv_package(), *missing]


def venv_package() -> str:
    """The package with ensurepip, which Debian leaves out of Python's own."""
    is_default = os.path.realpath("/usr/bin/python3") == os.path.realpath(base_python())
    return "python3-venv" if is_default else "python{}.{}-venv".format(*sys.version_info)


def installed_in_debian() -> set[str]:
    """Names of the installed packages and of what they stand in for: libglib2.0-0t64 provides libglib2.0-0."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}\t${Package}, ${Provides}\n"]
    listing = subprocess.run(query, stdout=subprocess.PIPE, text=True, check=False).stdout
    lines = [line.partition("\t") for line in listing.splitlines()]
    names = [name for status, _, packages in lines if status == "ii " for name in packages.split(",")]
    return {name.split()[0] for name in names if name.strip()}


def has_command(name: str | None) -> bool:
    """Whether a program is there, also where only root's PATH looks."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/snap/bin"])
    return bool(name and shutil.which(name, path=path))


def by_hand(missing: Sequence[str]) -> str:
    """The one command with which somebody who may do so installs the packages."""
    packages = " ".join(missing)
    if shutil.which("su") and not shutil.which("sudo"):
        return f"su -c 'apt-get update && apt-get install -y --no-install-recommends {packages}'"
    return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"


def install_debian(missing: Sequence[str], job: "Job") -> None:
    """Install packages as root, also where an earlier attempt was killed half-way."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    patient = ["-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    job.run(["dpkg", "--configure", "-a", "--force-confold"], settings=quiet, starts_services=True)
    job.tell("reading the package lists")
    # It may fail for a source that is not ours; when it reached none, installing would only fail later.
    said = job.run(["apt-get", "update", "-o", "Acquire::Retries=1"], settings=quiet, may_fail=True)
    known = known_to_apt(missing)
    if not known or not re.search(r"^(Hit|Get):", said, re.MULTILINE):
        raise job.failure("apt-get update", said)
    install = ["apt-get", "install", "--no-install-recommends", "--fix-broken", *patient, *known]
    job.run(install, watch=AptOutput(job).read, settings=quiet, starts_services=True)
    if "mosquitto" in known:
        stop_broker(job)


def known_to_apt(names: Sequence[str]) -> list[str]:
    """Those of the packages that this distribution has; Ubuntu, for one, has Chromium only as a snap."""
    query = ["apt-cache", "showpkg", *names]
    listing = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    sections = re.split(r"^Package: ", listing, flags=re.MULTILINE)[1:]
    # It has a version, or another package provides the name.
    return [part.split()[0] for part in sections if re.search(r"\n(Versions|Reverse Provides): \n\S", part)]


def stop_broker(job: "Job") -> None:
    """Stop the broker that Debian starts on installing it: the tests start their own, and the port is the user's."""
    if Path("/run/systemd/system").exists():
        job.run(["systemctl", "disable", "--now", "mosquitto"], may_fail=True)
    elif Path("/etc/init.d/mosquitto").exists():
        job.run(["/etc/init.d/mosquitto", "stop"], may_fail=True)


# ---- Running and telling --------------------------------------------------------------------------------------


@contextlib.contextmanager
def the_only_job(stream: IO[str]) -> Iterator["Job"]:
    """The job of this start.py, once no other one works on the same .venv."""
    if not VENV.is_dir():
        VENV.unlink(missing_ok=True)
        VENV.mkdir()
    with LOCK.open("a") as lock_file:
        if not is_locked_at_once(lock_file):
            print("Another start.py is setting this checkout up; waiting for it to finish.", file=stream, flush=True)
            wait_for_lock(lock_file)
        with LOG.open("w", encoding="utf-8") as log:
            yield Job(stream, log, lock_file)


def is_locked_at_once(file: IO[str]) -> bool:
    """Try to lock a file for ourselves."""
    try:
        if WINDOWS:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def wait_for_lock(file: IO[str]) -> None:
    """Lock a file for ourselves, however long another holds it."""
    if WINDOWS:
        while not is_locked_at_once(file):
            time.sleep(0.5)
    else:
        fcntl.flock(file, fcntl.LOCK_EX)


class Job:
    """A set-up under way: runs the commands, keeps their words in a log, shows which step it is at and how far."""

    def __init__(self, stream: IO[str], log: IO[str], lock_file: IO[str]) -> None:
        self._stream = stream
        self._log = log
        self._lock_file = lock_file
        self._title = ""
        self._far = ""
        self._began = 0.0
        self._drawn = 0.0
        self._pause = 0.5 if stream.isatty() else 10.0

    def run(
        self,
        command: Sequence[str],
        watch: Callable[[str], None] = lambda line: None,
        settings: dict[str, str] | None = None,
        may_fail: bool = False,
        starts_services: bool = False,
    ) -> str:
        """Run a command in the checkout, show its lines to `watch`, return them; raise what a failure means."""
        # A helper that outlives a killed start.py keeps the next one waiting; a service must not do so for ever.
        inherited = () if WINDOWS or starts_services else (self._lock_file.fileno(),)
        environment = {**clean_environment(), **(settings or {})}
        self._log.write(f"$ {' '.join(command)}\n")
        lines = []
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            pass_fds=inherited,
        ) as child:
            for line in child.stdout:
                lines.append(line)
                self._log.write(line)
                watch(line)
        self._log.flush()
        if child.returncode and not may_fail:
            raise self.failure(Path(command[0]).name, "".join(lines))
        return "".join(lines)

    def failure(self, program: str, output: str) -> Failure:
        """What a command that failed with this output means for the reader."""
        for pattern, cause in CAUSES:
            if re.search(pattern, output, re.IGNORECASE):
                return cause()
        if any(shutil.disk_usage(folder).free < 2**24 for folder in (VENV, tempfile.gettempdir())):
            return DiskFull()
        library = re.search(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object", output)
        if library:
            return Failure(f"the system lacks {library[1]}: install the package that has it, then run start.py again")
        said = re.search(r"^(?:error|ERROR|E|Error)\b.*", output, re.MULTILINE)
        return Failure(f"{program} failed{': ' + said[0] if said else ''} (details: {LOG})")

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that a step is under way for as long as the block lasts."""
        self._title, self._far, self._began = title, "", time.monotonic()
        over = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(over,), daemon=True)
        self._draw()
        ticker.start()
        try:
            yield
            self._far = "done"
        finally:
            over.set()
            ticker.join()
            self._draw()
            if self._stream.isatty():
                self._stream.write("\n")

    def tell(self, how_far: str) -> None:
        """Note how far the step is; an empty text is no news."""
        if how_far and how_far != self._far:
            self._far = how_far
            if time.monotonic() - self._drawn > self._pause:
                self._draw()

    def _tick(self, over: threading.Event) -> None:
        while not over.wait(self._pause):
            self._draw()

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        far = f": {self._far}" if self._far else ""
        text = f"{self._title}{far} ({self._drawn - self._began:.0f} s)"
        # Padded rather than erased: not every Windows console knows the escape for that.
        self._stream.write(f"\r{text:<78.78}" if self._stream.isatty() else f"{text}\n")
        self._stream.flush()


class AptOutput:
    """Reads from what apt prints how many packages have come, are unpacked and set up."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._total = 0
        self._counts = {"Get:": 0, "Unpacking ": 0, "Setting up ": 0}

    def read(self, line: str) -> None:
        """Take note of one line."""
        total = re.match(r"\d+ upgraded, (\d+) newly installed", line)
        if total:
            self._total = int(total[1])
        for beginning, words in zip(self._counts, ("fetched", "unpacked", "set up"), strict=True):
            if line.startswith(beginning):
                self._counts[beginning] += 1
                self._job.tell(f"{self._counts[beginning]} of {self._total} {words}")


MEGABYTES = {"K": 1 / 1024, "M": 1.0, "G": 1024.0}


class UvOutput:
    """Reads from what uv prints how much of its downloads has come and what it is building."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._sizes: dict[str, float] = {}
        self._came: set[str] = set()
        self._building: set[str] = set()

    def read(self, line: str) -> None:
        """Take note of one line; uv announces every larger file with its size, and later that it came."""
        size = re.match(r"Downloading (\S+) \(([\d.]+)([KMG])iB\)", line)
        work = re.match(r" *(Downloaded|Building|Built) ([^\s=]+)", line)
        if size:
            self._sizes[size[1]] = float(size[2]) * MEGABYTES[size[3]]
        elif work:
            self._note(work[1], work[2])
        if line.startswith("Prepared"):
            self._job.tell("installing")
        elif size or work:
            self._job.tell(self._words())

    def _note(self, what: str, name: str) -> None:
        if what == "Downloaded":
            self._came.add(name)
        elif what == "Building":
            self._building.add(name)
        else:
            self._building.discard(name)

    def _words(self) -> str:
        came = sum(size for name, size in self._sizes.items() if name in self._came)
        parts = [f"{came:.0f} of {sum(self._sizes.values()):.0f} MB downloaded"] if self._sizes else []
        return ", ".join(parts + [f"building {name}" for name in sorted(self._building)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

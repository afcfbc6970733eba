#!/bin/bash
# The two commands on a machine that has nothing of ours: a Debian with python3, made here by debootstrap.
#
# usage: tests/bare/trial.sh CHECKOUT [FOLDER] [MIRROR] [SUITE]     (as root; about ten minutes)
#
# FOLDER keeps the bare system between runs (default: /tmp/porchlight-bare). The mirror is this machine's own
# unless given. How the machine reaches the network (name server, certificates, apt's Acquire settings) is copied
# into the trial, nothing else. All mounts live in namespaces and go with the commands that needed them.
set -u -o pipefail

checkout=$(realpath "${1:?usage: trial.sh CHECKOUT [FOLDER] [MIRROR] [SUITE]}")
folder=${2:-/tmp/porchlight-bare}
mirror=${3:-$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)}
suite=${4:-bookworm}
base=$folder/$suite
root=$folder/root
house=/home/visitor/porchlight
failures=0

make_base() {
    [ -e "$base.complete" ] && return
    rm -rf "$base"
    mkdir -p "$folder"
    debootstrap --variant=minbase --include=python3 "$suite" "$base" "$mirror" >"$folder/debootstrap.log" || exit 1
    touch "$base.complete"
}

# A machine fresh from the installer, with our checkout as somebody just cloned it.
fresh_machine() {
    rm -rf "$root"
    cp -a "$base" "$root"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90trial"
    mkdir -p "$root/etc/ssl/certs" "$root/usr/local/share/ca-certificates"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
    chroot "$root" useradd --create-home visitor
    mkdir "$root$house"
    tar -C "$checkout" --exclude=./.venv --exclude=./.git --exclude='*.egg-info' --exclude=__pycache__ -c . |
        tar -C "$root$house" -x
    chroot "$root" chown -R visitor:visitor "$house"
    stand_in receiver
    stand_in desktop_app
}

# While a package is still being written, one that says it was started takes its place.
stand_in() {
    [ -e "$root$house/$1/__main__.py" ] && return
    mkdir -p "$root$house/$1"
    touch "$root$house/$1/__init__.py"
    echo "print('$1 was started')" >"$root$house/$1/__main__.py"
}

# inside [UNSHARE OPTIONS] -- COMMAND: run in the bare machine, as its root, in its checkout.
inside() {
    local options=()
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
        unshare --mount --pid --fork --kill-child "${options[@]}" bash -c '
            mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
                mount -t tmpfs tmpfs "$1/dev/shm" && mount -t tmpfs tmpfs "$1/tmp" || exit 99
            root=$1 house=$2
            shift 2
            exec chroot "$root" bash -c "cd $house && exec \"\$@\"" bash "$@"' bash "$root" "$house" "$@"
}

# expect TITLE EXIT_CODE TEXT [UNSHARE OPTIONS] -- COMMAND: run it, measure it, compare how it ended.
expect() {
    local title=$1 code=$2 text=$3 began out=$folder/out.txt ended verdict=ok
    shift 3
    began=$(date +%s.%N)
    inside "$@" >"$out" 2>&1
    ended=$?
    [ "$ended" = "$code" ] && grep -qE -- "$text" "$out" || verdict=FAILED
    [ $verdict = ok ] || failures=$((failures + 1))
    printf '%-6s %7.2f s  exit %s  %s\n' $verdict "$(echo "$(date +%s.%N) - $began" | bc)" "$ended" "$title"
    { [ $verdict = ok ] && tail -n 1 "$out" || tail -n 15 "$out"; } | sed 's/^/                          | /'
}


# kill_during SECONDS COMMAND: start it, take the power away after so long.
kill_during() {
    local seconds=$1
    shift
    inside -- "$@" >"$folder/killed.txt" 2>&1 &
    local victim=$!
    sleep "$seconds"
    # The function runs in a subshell of ours; its child is unshare, with which everything in its namespace goes.
    pkill -KILL -P "$victim" 2>/dev/null
    wait "$victim" 2>/dev/null
    echo "---- killed after $seconds s, at: $(grep '^\[' "$folder/killed.txt" | tail -n 1)"
}

figures() {
    inside -- bash -c '
        for way in "python3 start.py headless --version" ".venv/bin/python -P -m receiver --version"; do
            for i in 1 2 3 4 5 6; do
                a=$(date +%s%N); $way >/dev/null 2>&1; b=$(date +%s%N); [ $i -gt 1 ] && echo $(((b - a) / 1000000))
            done | sort -n | sed -n "3s|\$| ms (median of 5): $way|p"
        done
        du -sh .venv | sed "s|\$| on the disk|"'
}

make_base

fresh_machine
expect "not root: one command" 1 '^start.py: .*apt-get install -y --no-install-recommends python3-venv' \
    -- setpriv --reuid visitor --regid visitor --clear-groups python3 start.py
expect "no network, nothing installed" 1 '^start.py: no network' --net -- python3 start.py headless
expect "read-only checkout" 1 '^start.py: .* cannot be written' \
    -- bash -c "mount --bind . . && mount -o remount,ro,bind . && cd $house && python3 start.py headless"
expect "unknown word" 2 'unknown command' -- python3 start.py tset
expect "headless, first start" 0 . -- python3 start.py headless --version
expect "headless, second start" 0 . -- python3 start.py headless --version
expect "headless, second start without network" 0 . --net -- python3 start.py headless --version
expect "desktop wanted without network" 1 '^start.py: no network' --net -- python3 start.py --version
expect "headless still works without network" 0 . --net -- python3 start.py headless --version
figures
expect "desktop, first start" 0 . -- bash -c 'QT_QPA_PLATFORM=offscreen python3 start.py --version'
expect "tests, first start; no broker is left running" 0 '[0-9]+ passed' -- bash -c "
    python3 start.py test -q tests/test_start.py && ! grep -q mosquitto /proc/[0-9]*/comm"
expect "tests, second start" 0 '[0-9]+ passed' -- python3 start.py test -q tests/test_start.py
expect "headless after that" 0 . --net -- python3 start.py headless --version
figures

fresh_machine
for seconds in 3 8 14 18 22 26 32; do kill_during $seconds python3 start.py headless --version; done
expect "after all these kills" 0 . -- python3 start.py headless --version
# Only start.py itself dies here; whatever it had started goes on for a while.
expect "its helpers outlive it" 0 . -- bash -c "
    rm -r .venv; python3 start.py headless --version & sleep 9; kill -9 \$!; python3 start.py headless --version"
expect "disk too small" 1 '^start.py: the disk is full' -- bash -c "
    mkdir /tmp/small && mount -t tmpfs -o size=200m tmpfs /tmp/small && mkdir /tmp/small/house &&
    tar -c --exclude=./.venv . | tar -x -C /tmp/small/house && cd /tmp/small/house && python3 start.py headless --version"
expect "disk too small, then large enough" 0 . -- bash -c "
    mkdir /tmp/small && mount -t tmpfs -o size=200m tmpfs /tmp/small && mkdir /tmp/small/house &&
    tar -c --exclude=./.venv . | tar -x -C /tmp/small/house && cd /tmp/small/house && ! python3 start.py headless --version 2>/dev/null &&
    mount -o remount,size=2g /tmp/small && python3 start.py headless --version"
expect "moved checkout" 0 . -- bash -c "mv $house $house-2 && cd $house-2 && python3 start.py headless --version &&
    mv $house-2 $house"
expect "two at once" 0 'waiting for it' -- bash -c "
    rm .venv/setup.json; python3 start.py headless --version & sleep 1; python3 start.py headless --version && wait \$!"

fresh_machine
expect "what the CI runs, in a fresh clone" 0 '[0-9]+ passed' -- .ci/run

rm -rf "$root"
[ $failures = 0 ] && echo "bare machine: all as expected" || echo "bare machine: $failures failed"
[ $failures = 0 ]

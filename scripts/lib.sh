# shellcheck shell=bash
# What scripts/run and scripts/test share: system packages, the environment, the weights.
# To be sourced from the root of the checkout with `set -euo pipefail`.

VENV=.venv

say() { printf '» %s\n' "$*"; }
die() { printf 'stonechat: %s\n' "$*" >&2; exit 1; }

# ── system packages ──────────────────────────────────────────────────────────────────────────

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

has_portaudio() { PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -q 'libportaudio\.so\.2'; }

# Where a sound server runs, ALSA (and so PortAudio) reaches it through a plug-in.
lacks_alsa_plugin() {
    { command -v pulseaudio || command -v pipewire-pulse; } >/dev/null &&
        ! installed libasound2-plugins && ! installed pipewire-alsa
}

# missing_packages run|test: prints what is not there.
missing_packages() {
    local package
    has_portaudio || echo libportaudio2
    ! lacks_alsa_plugin || echo libasound2-plugins
    [ -x $VENV/bin/python ] || usable_python >/dev/null || echo python3-venv
    [ "$1" = test ] || return 0
    for package in pulseaudio pulseaudio-utils libasound2-plugins mosquitto; do
        installed $package || echo $package
    done
}

# install_packages run|test: says what is missing and installs it, or says how to.
install_packages() {
    local missing apt
    mapfile -t missing < <(missing_packages "$1" | sort -u)
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "this system has no apt-get; please install what it calls: ${missing[*]}"
    apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || { command -v sudo >/dev/null && [ -t 0 ]; } ||
            die "system packages are missing and may not be installed from here;" \
                "as root: apt-get install ${missing[*]}"
        apt=(sudo "${apt[@]}")
    fi
    say "Installing system packages: ${missing[*]}"
    "${apt[@]}" update >/dev/null || true # an old list may still serve
    "${apt[@]}" install --no-install-recommends -y "${missing[@]}" >/dev/null ||
        die "apt-get failed; as root: apt-get install ${missing[*]}"
}

# ── the environment ──────────────────────────────────────────────────────────────────────────

# Prints the first Python that is new enough, not too new, and complete.
usable_python() {
    local name check='import ssl, sqlite3, sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if "$name" -c "$check" 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

make_environment() {
    if [ -x $VENV/bin/python ] && $VENV/bin/python -c pass 2>/dev/null; then return; fi
    local python
    python=$(usable_python) ||
        die "needs Python 3.11, 3.12 or 3.13 (with venv), but python3 is" \
            "$(python3 --version 2>&1); name another with: PYTHON=/path/to/python3.11 $0"
    say "Making the environment $VENV with $("$python" --version)"
    "$python" -m venv --clear $VENV
}

# install_python run|test: what pyproject.toml asks for, at the versions of constraints.txt.
install_python() {
    make_environment
    local what=. stamp=$VENV/.installed key
    key=$(cat pyproject.toml constraints.txt | sha256sum)
    if [ -f $stamp ] && grep -qxE "$key ($1|test)" $stamp; then return; fi
    [ "$1" = run ] || what=".[test]"
    say "Installing Python packages (some minutes the first time)"
    # pip warns of every extra link in the user's settings that leads nowhere: not news here.
    $VENV/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --constraint constraints.txt --editable "$what" \
        2> >(grep -v '^WARNING' >&2) |
        sed -un 's/^ *Downloading \([^-]*\)-\([^-]*\)-.* (\([0-9.]* [MG]B\).*/    \1 \2 (\3)/p' ||
        die "pip could not install the packages"
    echo "$key $1" >$stamp
}

# ── weights and what is derived from them ────────────────────────────────────────────────────

cache_folder() {
    if [ -n "${STONECHAT_HOME:-}" ]; then
        echo "$STONECHAT_HOME/cache"
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/stonechat"
    fi
}

# prepare_models run|test: weights, and the phrases and graphs that are made from them.
prepare_models() {
    local all=() stamp key
    stamp=$(cache_folder)/prepared
    key=$(find models edge \( -name '*.toml' -o -name '*.py' \) | LC_ALL=C sort | xargs cat | sha256sum)
    if [ -f "$stamp" ] && grep -qxE "$key ($1|test)" "$stamp"; then return; fi
    [ "$1" = run ] || all=(--all)
    say "Weights and phrases"
    $VENV/bin/stonechat models download "${all[@]}"
    $VENV/bin/stonechat prepare
    echo "$key $1" >"$stamp"
}

# set_up run|test: everything, of which the second time nothing is left to do.
set_up() {
    install_packages "$1"
    install_python "$1"
    prepare_models "$1"
}

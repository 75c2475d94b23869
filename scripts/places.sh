# shellcheck shell=bash
# Where an installation lies, and how to speak to it: shared by install and uninstall.
# To be sourced after lib.sh.

# choose_places yes|no: for the user who calls, or for the system.
choose_places() {
    if [ "$1" = yes ]; then
        [ "$(id -u)" -ne 0 ] || die "--user is for the person at the desktop, not for root"
        APP=$HOME/.local/share/stonechat
        STATE=${XDG_STATE_HOME:-$HOME/.local/state}/stonechat
        CONFIG=${XDG_CONFIG_HOME:-$HOME/.config}/stonechat
        UNITS=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
        COMMAND=$HOME/.local/bin/stonechat
        UNIT_FILES=(user/stonechat.service)
        TIMERS=()
        SCOPE=(--user)
    else
        # A Python in somebody's home is none that the service's user can run.
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        APP=/opt/stonechat
        STATE=/var/lib/stonechat
        CONFIG=/etc/stonechat
        UNITS=/etc/systemd/system
        COMMAND=/usr/local/bin/stonechat
        UNIT_FILES=(stonechat.service stonechat-models.service stonechat-models.timer)
        TIMERS=(stonechat-models.timer)
        SCOPE=()
    fi
}

for_system() { [ ${#SCOPE[@]} -eq 0 ]; }

control() { systemctl "${SCOPE[@]}" "$@"; }

control_hint() { for_system && echo "sudo systemctl" || echo "systemctl --user"; }

journal_hint() { for_system && echo "journalctl -u stonechat -n 30" || echo "journalctl --user -u stonechat -n 30"; }

# Whether there is a service manager to speak to; in a chroot there is none.
systemd_runs() {
    if for_system; then [ -d /run/systemd/system ]; else control show-environment >/dev/null 2>&1; fi
}

# What systemd does for the service: only root may read the secrets, and its command needs them to
# ask the home, or to tell whether all is well. This text also becomes part of that command.
HAND_OVER=$(cat <<'END'
hand_over_secrets() {
    for file in /etc/stonechat/credentials/*; do
        case ${file##*/} in *[!A-Za-z0-9_]* | [0-9]*) continue ;; esac
        export "${file##*/}=$(cat "$file")"
    done
}
END
)
eval "$HAND_OVER"

# Run a command as the service would: its user, its folders, its secrets.
as_service() {
    if for_system; then
        (
            cd / && hand_over_secrets
            setpriv --reuid=stonechat --regid=stonechat --init-groups env HOME=$STATE \
                STATE_DIRECTORY=$STATE CONFIGURATION_DIRECTORY=$CONFIG \
                RUNTIME_DIRECTORY=/run/stonechat "$@"
        )
    else
        "$@"
    fi
}

make_account() {
    for_system || return 0
    local group
    getent passwd stonechat >/dev/null ||
        useradd --system --user-group --home-dir $STATE --no-create-home \
            --shell /usr/sbin/nologin --comment "Stonechat voice assistant" stonechat
    for group in audio gpio; do
        ! getent group $group >/dev/null || usermod --append --groups $group stonechat
    done
}

make_folders() {
    if for_system; then
        install -d -m 0700 -o stonechat -g stonechat $STATE
        install -d -m 0755 $CONFIG
        install -d -m 0700 $CONFIG/credentials
    else
        install -d -m 0700 "$STATE" "$CONFIG"
    fi
}

# `stonechat` on the command line: root's call is the service's (its timers, its models).
make_command() {
    mkdir -p "$(dirname "$COMMAND")"
    if ! for_system; then
        ln -sfn "$APP/current/bin/stonechat" "$COMMAND"
        return
    fi
    cat >$COMMAND <<END
#!/bin/sh
# Made by Stonechat's installer. Root speaks for the service; anybody else for themselves.
$HAND_OVER
END
    cat >>$COMMAND <<'END'
bin=/opt/stonechat/current/bin/stonechat
[ "$(id -u)" -eq 0 ] || exec "$bin" "$@"
hand_over_secrets
exec setpriv --reuid=stonechat --regid=stonechat --init-groups env HOME=/var/lib/stonechat \
    STATE_DIRECTORY=/var/lib/stonechat CONFIGURATION_DIRECTORY=/etc/stonechat \
    RUNTIME_DIRECTORY=/run/stonechat "$bin" "$@"
END
    chmod 0755 $COMMAND
}

# Without lingering a user's services end with the last session, and begin with the first.
linger() {
    loginctl enable-linger "$(id -un)" 2>/dev/null ||
        say "To run without anybody logged in: sudo loginctl enable-linger $(id -un)"
    if getent group audio >/dev/null && ! id -nG | grep -qw audio; then
        say "Without a login the sound card needs: sudo usermod -aG audio $(id -un)"
    fi
}

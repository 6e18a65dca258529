# shellcheck shell=bash
# What every tool does first: find what is missing, get it, build. Quiet when nothing is to do.
#
# Source it after setting `tool` and `usage`; it moves to the top folder of the project. Exit codes, for all
# tools: 0 success, 1 the work itself failed, 64 wrong arguments, 69 something needed is missing and could not
# be had, 130 interrupted.

set -euo pipefail
tool=${tool:?} usage=${usage:?}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly exit_failure=1 exit_usage=64 exit_unavailable=69
readonly setup_folder=.build/loqa # stamps, logs, rendered sentences
readonly swift_minimum=6.2
assume_yes=${LOQA_YES:-no}

say() { printf '==> %s\n' "$*" >&2; }
die() { # exit code, lines
    local code=$1
    shift
    printf '%s\n' "$tool: $1" >&2
    [ $# -lt 2 ] || printf '    %s\n' "${@:2}" >&2
    exit "$code"
}

# Handles the arguments that all tools share. Others are left in the array `arguments`.
parse_common_arguments() {
    arguments=()
    local argument
    for argument in "$@"; do
        case $argument in
        --help | -h)
            printf '%s\n' "$usage" "" \
                "  --yes      answer yes to the set-up's question (fetch the Swift toolchain)" \
                "  --help     this text" "" \
                "Exit codes: 0 success, 1 the work failed, 64 wrong arguments," \
                "69 something needed is missing and could not be had, 130 interrupted."
            exit 0
            ;;
        --yes) assume_yes=yes ;;
        *) arguments+=("$argument") ;;
        esac
    done
}

refuse_arguments() {
    [ $# -eq 0 ] || die $exit_usage "unknown argument $1" "try tools/$tool --help"
}

# --- Debian packages ------------------------------------------------------------------------------------

# Prints the packages that the named tools need, one a line.
packages_for() {
    local wanted=" all $* " name tools reason one
    while read -r name tools reason; do
        [[ -n $name && $name != \#* ]] || continue
        : "$reason"
        for one in ${tools//,/ }; do
            [[ $wanted == *" $one "* ]] && printf '%s\n' "$name" && break
        done
    done <tools/apt-packages.txt
    return 0
}

missing_packages() {
    local installed
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
        awk '$2 == "installed" { print $1 }' | sort -u) || true
    comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed")
}

# Installs the packages of the named tools. Says which are missing, and the command, if it may not.
need_packages() {
    local -a packages missing as_root=()
    mapfile -t packages < <(packages_for "$@")
    if ! command -v dpkg-query >/dev/null; then
        [ "${LOQA_SKIP_PACKAGES:-}" = 1 ] && return 0
        die $exit_unavailable "this is not Debian, whose packages the set-up knows." \
            "Install what corresponds to these, then run again with LOQA_SKIP_PACKAGES=1:" "${packages[*]}"
    fi
    mapfile -t missing < <(missing_packages "${packages[@]}")
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "${LOQA_SKIP_PACKAGES:-}" = 1 ] && return 0

    local -a apt=(apt-get -o "DPkg::Lock::Timeout=300" -o "Acquire::Retries=3")
    local command="apt-get install --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
        command="sudo $command"
        if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
            die $exit_unavailable "these packages are missing, and installing them needs root:" "$command"
        fi
    fi
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    mkdir -p $setup_folder
    local log=$setup_folder/apt.log
    : >"$log"
    # Old package lists name files that mirrors no longer hold, so fetch them only if installing fails.
    if ! install_packages "${missing[@]}" >>"$log" 2>&1; then
        say "Fetching the package lists"
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" update >>"$log" 2>&1 || true
        install_packages "${missing[@]}" >>"$log" 2>&1 || apt_failed "$log" "$command"
    fi
    mapfile -t missing < <(missing_packages "${packages[@]}")
    [ ${#missing[@]} -eq 0 ] || apt_failed "$log" "$command"
}

install_packages() { # uses apt and as_root of need_packages
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@" \
        </dev/null
}

apt_failed() { # log, command
    tail -n 15 "$1" >&2
    die $exit_unavailable "apt could not install what is missing (all of its output: $1)." \
        "The command to run by hand:" "$2" "The packages are those of Debian 12 (bookworm)."
}

# --- building -------------------------------------------------------------------------------------------

# A hash over everything that goes into a build: the sources, the manifest, the compiler.
source_hash() {
    {
        swift --version 2>/dev/null
        find Package.swift Protocol Relay Hub boards tools Tests -type f \
            \( -name '*.swift' -o -name '*.c' -o -name '*.h' -o -name '*.modulemap' -o -name 'Package.*' \) \
            -print0 2>/dev/null | sort -z | xargs -0 sha256sum
    } | sha256sum | cut -d' ' -f1
}

# Runs `swift build` with the arguments, unless the same build of the same sources is recorded under `name`.
# usage: build NAME WHAT SWIFT-ARGUMENTS...
build() {
    local name=$1 what=$2 stamp=$setup_folder/$1.stamp log=$setup_folder/$1.log hash
    shift 2
    mkdir -p $setup_folder
    hash="$(source_hash) $*"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ]; then return 0; fi
    rm -f "$stamp"
    say "Building $what (some minutes the first time)"
    run_with_progress "$log" swift build "$@" --explicit-target-dependency-import-check error || {
        grep -E "error:|warning:" "$log" | head -n 40 >&2 || true
        tail -n 15 "$log" >&2
        die $exit_failure "the build failed (all of its output: $log)." \
            "Without a network the first build cannot fetch the Swift packages; later ones need none."
    }
    printf '%s' "$hash" >"$stamp"
}

# Runs a command with its output in a log, and shows its last line: always on a terminal, else every 20 s.
run_with_progress() {
    local log=$1 pid line ticks=0 status=0
    shift
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    # Killed with this shell, so that an interrupted build leaves nothing running.
    trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.5
        ticks=$((ticks + 1))
        if [ -t 2 ]; then
            line=$(tail -c 300 "$log" | tr '\r' '\n' | tail -n 1)
            printf '\r\033[K    %s' "${line:0:100}" >&2
        elif [ $((ticks % 40)) -eq 0 ]; then
            printf '    %s s: %s\n' $((ticks / 2)) "$(tail -c 300 "$log" | tr '\r' '\n' | tail -n 1)" >&2
        fi
    done
    wait "$pid" || status=$?
    trap - INT TERM
    [ ! -t 2 ] || printf '\r\033[K' >&2
    return $status
}

# Runs the tests of the debug build and shows what failed, or one line.
run_tests() { # arguments of swift test
    local log=$setup_folder/test.log status=0
    say "Testing"
    run_with_progress "$log" swift test --skip-build "$@" || status=$?
    [ $status -eq 0 ] || grep -vE '^◇|^✔|^\[[0-9]+/[0-9]+\]' "$log" | tail -n 200 >&2 || true
    grep -E '^. Test run with|^Executed .* tests' "$log" | tail -n 1 >&2 || true
    [ $status -eq 0 ] || say "All of the output: $log"
    return $status
}

# shellcheck source=tools/lib/swift-toolchain.sh
source tools/lib/swift-toolchain.sh

# shellcheck shell=bash disable=SC2154 # the variables come from setup.sh
# Finds a Swift toolchain, or fetches the official one into the user's own folder. Sourced by setup.sh.
#
# For the tests of this file: LOQA_SWIFT_MIRROR stands in for https://download.swift.org, LOQA_SWIFT_KEYS for
# the published key file, LOQA_SWIFT_SIGNERS for the list of trusted keys, LOQA_SWIFT_SEARCH for the folders
# searched. Each is announced when used.

swift_home=${XDG_DATA_HOME:-$HOME/.local/share}/loqa/swift
swift_cache=${XDG_CACHE_HOME:-$HOME/.cache}/loqa
swift_wanted=$(cat .swift-version)

# Succeeds if the folder's swift is at least swift_minimum.
swift_is_new_enough() { # folder with a swift program
    local version
    version=$("$1/swift" --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)*).*/\1/p' |
        head -n 1)
    [ -n "$version" ] && [ "$(printf '%s\n' "$swift_minimum" "$version" | sort -V | head -n 1)" = "$swift_minimum" ]
}

# Puts a toolchain into PATH, fetching it if there is none and the user agrees.
need_swift() {
    local folder
    local -a folders
    if [ -n "${LOQA_SWIFT_SEARCH:-}" ]; then
        say "Looking for Swift only in LOQA_SWIFT_SEARCH=$LOQA_SWIFT_SEARCH"
        IFS=: read -ra folders <<<"$LOQA_SWIFT_SEARCH"
    else
        folders=("$(dirname "$(command -v swift || echo /nonexistent/swift)")" /opt/swift*/usr/bin)
    fi
    for folder in "$swift_home/$swift_wanted/usr/bin" "${folders[@]}"; do
        if [ -x "$folder/swift" ] && swift_is_new_enough "$folder"; then
            PATH=$folder:$PATH
            return 0
        fi
    done
    fetch_swift
    PATH=$swift_home/$swift_wanted/usr/bin:$PATH
    swift_is_new_enough "$swift_home/$swift_wanted/usr/bin" ||
        die "$exit_unavailable" "the toolchain in $swift_home/$swift_wanted does not start:" \
            "$("$swift_home/$swift_wanted/usr/bin/swift" --version 2>&1 | head -n 3)"
}

agree_to_fetch() { # url
    [ "$assume_yes" = yes ] && return 0
    local by_hand="or install Swift $swift_minimum or newer yourself (https://www.swift.org/install) and run again."
    [ -t 0 ] || die "$exit_unavailable" "no Swift $swift_minimum or newer was found." \
        "Run with --yes to fetch $1 (about 1 GB) into $swift_home," "$by_hand"
    local answer
    printf 'Loqa needs Swift %s or newer, and none was found.\nFetch %s\n(about 1 GB, signature checked) into %s? [y/N] ' \
        "$swift_minimum" "$1" "$swift_home" >&2
    read -r answer || answer=no
    [[ $answer == [yY]* ]] || die "$exit_unavailable" "no Swift toolchain." "Run with --yes," "$by_hand"
}

fetch_swift() {
    local platform machine
    # shellcheck disable=SC1091  # a file of the system
    platform=$(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID:-}" "${VERSION_ID:-}") || true
    [ "$platform" = "debian 12" ] || die "$exit_unavailable" \
        "the set-up fetches Swift for Debian 12 only, and this is: ${platform:-unknown}." \
        "Install Swift $swift_minimum or newer from https://www.swift.org/install and put it into PATH."
    machine=$(uname -m)
    case $machine in
    x86_64) platform=debian12 ;;
    aarch64) platform=debian12-aarch64 ;;
    *) die "$exit_unavailable" "there is no official Swift for the processor $machine." ;;
    esac

    local release=swift-$swift_wanted-RELEASE mirror=${LOQA_SWIFT_MIRROR:-https://download.swift.org}
    local keys_url=${LOQA_SWIFT_KEYS:-https://www.swift.org/keys/all-keys.asc}
    local signers=${LOQA_SWIFT_SIGNERS:-tools/lib/swift-signers.txt}
    local url=$mirror/swift-$swift_wanted-release/$platform/$release/$release-$platform.tar.gz
    local archive=$swift_cache/$release-$platform.tar.gz
    [ "$mirror$keys_url$signers" = "https://download.swift.orghttps://www.swift.org/keys/all-keys.asctools/lib/swift-signers.txt" ] ||
        say "NOT the official source: $mirror, keys $keys_url, signers $signers"
    agree_to_fetch "$url"

    mkdir -p "$swift_cache" "$swift_home"
    say "Fetching Swift $swift_wanted"
    download "$url.sig" "$archive.sig"
    download "$keys_url" "$swift_cache/keys.asc"
    [ -f "$archive" ] || download "$url" "$archive"
    say "Checking its signature"
    if ! signature_is_good "$archive" "$swift_cache/keys.asc" "$signers"; then
        rm -f "$archive" "$archive.sig"
        die "$exit_unavailable" "the signature of $url is not good, so it was deleted." \
            "Someone changed the file on its way, or its makers use a new key (compare https://www.swift.org/keys/)."
    fi
    say "Unpacking into $swift_home/$swift_wanted"
    local unpacking
    unpacking=$(mktemp -d "$swift_home/.unpack-XXXXXX")
    tar -xzf "$archive" -C "$unpacking" --strip-components=1 || {
        rm -rf "$unpacking"
        die "$exit_unavailable" "unpacking failed: is the disk full?" "$(df -h "$swift_home" | tail -n 1)"
    }
    rm -rf "${swift_home:?}/$swift_wanted"
    mv "$unpacking" "$swift_home/$swift_wanted" # whole or not at all
    rm -f "$archive" "$archive.sig"
}

# Fetches a file; an interrupted fetch goes on where it stopped.
download() { # url, file
    local show=(--silent --show-error)
    [ -t 2 ] && show=(--progress-bar)
    curl --fail --location --retry 3 --connect-timeout 20 --continue-at - "${show[@]}" \
        --output "$2.part" "$1" >&2 ||
        die "$exit_unavailable" "could not fetch $1" \
            "Is there a network? What came so far is kept; run again to go on."
    mv "$2.part" "$2"
}

# Succeeds if a key named in the signers file signed the archive. Nothing touches the user's own key ring.
signature_is_good() { # archive, key file, signers file
    local ring status fingerprint rest
    ring=$(mktemp -d)
    gpg --homedir "$ring" --batch --quiet --import "$2" 2>/dev/null || true
    status=$(gpg --homedir "$ring" --batch --status-fd 1 --verify "$1.sig" "$1" 2>/dev/null) || status=
    gpgconf --homedir "$ring" --kill all 2>/dev/null || true
    rm -rf "$ring"
    while read -r fingerprint rest; do
        [[ -n $fingerprint && $fingerprint != \#* ]] || continue
        : "$rest"
        # The last field of VALIDSIG is the primary key, also when a subkey signed.
        grep -qE "^\[GNUPG:\] VALIDSIG .*\b$fingerprint$" <<<"$status" && return 0
    done <"$3"
    return 1
}

#!/usr/bin/env bash
# Installs Debian packages, as root or with sudo; says what to do where neither is possible.
set -euo pipefail
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "please install: $* (apt-get install $*)" >&2
        exit 1
    fi
    as_root=(sudo)
fi
if ! command -v apt-get >/dev/null; then
    echo "please install: $* (this machine has no apt-get)" >&2
    exit 1
fi
echo "installing $*"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null

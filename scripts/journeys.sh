#!/usr/bin/env bash
# Runs the browser journeys against a real server over a small synthetic area. WSIC names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."
wsic=$(realpath "${WSIC:-target/debug/wsic}")
port=${PORT:-8099}
folder=$(mktemp -d)
server=
finish() {
    local status=$?
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true # its own status is that of the signal, not of the journeys
    fi
    rm -rf "$folder"
    exit "$status"
}
trap finish EXIT

echo "journeys: making a synthetic area"
"$wsic" demo "$folder/demo" --people "${PEOPLE:-3000}" --years 2 --no-serve --quiet | tee "$folder/said"
password=$(awk '$2 == "password" { print $3; exit }' "$folder/said")
"$wsic" -C "$folder/demo" serve --listen "127.0.0.1:$port" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
cd web-assets
WSIC="$wsic" WSIC_FOLDER="$folder/demo" WSIC_URL="http://127.0.0.1:$port" WSIC_PASSWORD="$password" npm run --silent journeys

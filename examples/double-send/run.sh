#!/usr/bin/env bash
# Tells the story of README.md: starts the mock on a free port, lets both clients send under both faults, shows what the
# mock saw. Fails if the story is not so.
set -euo pipefail
cd "$(dirname "$0")"
mock=${EPOCHTA_MOCK_BIN:-${CARGO_TARGET_DIR:-../../target}/debug/epochta-mock}
export no_proxy=${no_proxy:+$no_proxy,}127.0.0.1 PYTHONDONTWRITEBYTECODE=1
# What the mock is told is here.
unset EPOCHTA_MOCK_LISTEN EPOCHTA_MOCK_CONFIG EPOCHTA_MOCK_LOG EPOCHTA_MOCK_TOKEN

work=$(mktemp -d)
cleanup() {
    [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

"$mock" --config mock.yaml --listen 127.0.0.1:0 --port-file "$work/port" >"$work/log" 2>&1 &
pid=$!
# The file appears, with the port in it, as soon as the mock accepts.
until [ -e "$work/port" ]; do
    kill -0 "$pid" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    read -rt 0.02 <> <(:) || true
done
port=$(<"$work/port")
export EPOCHTA_URL=http://127.0.0.1:$port/members/sms/xml.php EPOCHTA_CONTROL=http://127.0.0.1:$port/_mock

for placed in after before; do
    echo "The first SEND is reset $placed the charge."
    for client in blind careful; do
        echo "  $client.py"
        python3 "$client.py" "$client-$placed"
    done
done
python3 told.py

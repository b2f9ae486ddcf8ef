#!/usr/bin/env bash
# Judges the stub: starts PHP on a free port, runs the kit against it, stops it. The exit code is the kit's: 0 if
# nothing fails that baseline.yaml does not list. Arguments go to the kit in the place of the baseline:
#   run.sh --only FORM-06
set -euo pipefail
cd "$(dirname "$0")/../.."
kit=${EPOCHTA_CONFORMANCE_BIN:-${CARGO_TARGET_DIR:-target}/debug/epochta-conformance}
# The target file says it all.
unset EPOCHTA_URL EPOCHTA_USERNAME EPOCHTA_PASSWORD
[ $# -gt 0 ] || set -- --baseline examples/stub/baseline.yaml

work=$(mktemp -d)
cleanup() {
    [ -z "${php:-}" ] || kill "$php" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

# PHP does not say which port it took, so it is given one that was free a moment ago; somebody may be faster. What was
# sent is kept in a folder of this run's own. A warning of PHP's would be in the middle of a reply.
free='echo parse_url("//" . stream_socket_get_name(stream_socket_server("tcp://127.0.0.1:0"), false), PHP_URL_PORT);'
listening=
for _ in 1 2 3 4 5; do
    port=$(php -r "$free")
    php -d display_errors=0 -d date.timezone=UTC -d sys_temp_dir="$work" \
        -S "127.0.0.1:$port" examples/stub/router.php >"$work/php.log" 2>&1 &
    php=$!
    for _ in $(seq 100); do
        kill -0 "$php" 2>/dev/null || break
        grep -q started "$work/php.log" && listening=yes && break 2
        read -rt 0.1 <> <(:) || true
    done
    kill "$php" 2>/dev/null || true
    wait "$php" || true
    php=
done
[ -n "$listening" ] || { cat "$work/php.log" >&2; exit 3; }
sed "s/127\.0\.0\.1:8080/127.0.0.1:$port/" examples/stub/target.yaml >"$work/target.yaml"

# All scenarios but one: PHP's built-in server loses its place in a request whose head comes in small pieces, or not, as
# the kernel joins them, and a baseline wants to know which. Where CI is set nothing is written beside the scenarios.
mapfile -d '' scenarios < <(find scenarios -name '*.yaml' ! -name 'FORM-09-segments.yaml' -print0)
CI=1 "$kit" server --target "$work/target.yaml" "$@" "${scenarios[@]}"

#!/usr/bin/env bash
# Runs every client whose interpreter is here against one gateway: run-all.sh [URL]
# One after the other, because each checks that nobody else spends from its account.
# Exit code: 0 all passed, 1 something failed or nothing ran.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

if (($# > 1)) || [[ ${1-} == -* ]]; then
    echo 'usage: run-all.sh [URL]' >&2
    exit 1
fi
export EPOCHTA_URL=${1:-${EPOCHTA_URL:-http://127.0.0.1:8620/members/sms/xml.php}}
# A proxy, if there is one, is for the world outside.
export no_proxy=${no_proxy:+$no_proxy,}127.0.0.1,localhost,::1

build=$(mktemp -d) || exit 1
trap 'rm -rf "$build"' EXIT

passed=0 failed=0 skipped=0

# client NAME PACKAGES TEST COMMAND...
# TEST says whether the interpreter and its libraries are here.
client() {
    local name=$1 packages=$2 test=$3 started=${EPOCHREALTIME/[.,]/} output code millis
    shift 3
    if ! bash -c "$test" >/dev/null 2>&1; then
        printf 'skipped %-24s needs %s\n' "$name" "$packages"
        ((skipped += 1))
        return
    fi
    output=$(timeout 60 "$@" 2>&1)
    code=$?
    millis=$(((${EPOCHREALTIME/[.,]/} - started) / 1000))
    if ((code == 0)); then
        printf 'ok      %-24s %d.%03d s\n' "$name" $((millis / 1000)) $((millis % 1000))
        ((passed += 1))
    else
        printf 'FAILED  %-24s %d.%03d s, exit code %d\n' "$name" $((millis / 1000)) $((millis % 1000)) "$code"
        sed 's/^/    /' <<<"$output"
        ((failed += 1))
    fi
}

csharp() {
    mcs -nologo -codepage:utf8 -out:"$build/$1.exe" "csharp/$1.cs" csharp/Epochta.cs csharp/EpochtaClient.cs &&
        mono "$build/$1.exe"
}
java_send() {
    javac -encoding UTF-8 -d "$build/java" java/Send.java java/Epochta.java &&
        java -Dfile.encoding=UTF-8 -cp "$build/java" Send
}
export -f csharp java_send
export build

php_packages='php-cli php-curl php-xml'
php_test='php -r "exit(extension_loaded(\"curl\") && extension_loaded(\"simplexml\") ? 0 : 1);"'
node_test='node -e "process.exit(typeof fetch === \"function\" ? 0 : 1)"' # Since Node 18.
mono_test='mcs --version && mono --version'
java_test='javac --version'

client curl/send.sh curl 'curl --version && command -v awk' bash curl/send.sh
client php/send_multipart.php "$php_packages" "$php_test" php php/send_multipart.php
client php/send_raw.php "$php_packages" "$php_test" php php/send_raw.php
client python/send.py python3 'python3 --version' python3 python/send.py
client node/send.mjs nodejs "$node_test" node node/send.mjs
client perl/send.pl libwww-perl 'perl -MLWP::UserAgent -e 1' perl perl/send.pl
client csharp/Unescaped.cs mono-mcs "$mono_test" bash -c 'csharp Unescaped'
client csharp/Escaped.cs mono-mcs "$mono_test" bash -c 'csharp Escaped'
client java/Send.java default-jdk-headless "$java_test" bash -c java_send

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))

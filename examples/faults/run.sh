#!/usr/bin/env bash
# What a client of each language reports of each kind of fault, as the Markdown table of README.md. Each client has a
# time-out of two seconds. Fails if a language is missing, or if a fault did not strike each client exactly once.
set -euo pipefail
cd "$(dirname "$0")"
source ../start-mock
base=http://127.0.0.1:$port

kinds=(none delay late stall reset close cut malformed_chunk drip garbage html_error empty warning wrong_charset wrong_shape)
# client LANGUAGE COMMAND...: one kind after another.
client() {
    local language=$1 kind document
    shift
    for kind in "${kinds[@]}"; do
        document="<SMS><operations><operation>SEND</operation></operations><authentication>
<username>$language-$kind</username><password>secret</password></authentication>
<message><sender>Shop</sender><text>Hello</text></message><numbers><number>380501234567</number></numbers></SMS>"
        # Bytes that are no text, how long a time-out took, and what would be Markdown, are of no interest.
        "$@" "$base/members/sms/xml.php" "$document" | LC_ALL=C tr -cd '\40-\176\n' |
            sed -E 's/after [0-9]+ milliseconds/after 2 s/; s/\|/\\|/g; s/</\&lt;/g' >"$work/$language-$kind"
    done
}

client php php client.php &
client python python3 client.py &
client node node client.mjs &
client java java Client.java &
for _ in 1 2 3 4; do
    wait -n -p job 2>/dev/null || { [ "$job" = "$pid" ] && cat "$work/log" >&2; exit 1; }
done

declare -A told=(
    [none]='no fault' [delay]='`delay`, `for: 300ms`' [late]='`delay`, `for: 4s`' [cut]='`cut`, `share: 50%`'
    [drip]='`drip`, 6 pieces in 4 s' [html_error]='`html_error`, `status: 502`' [wrong_charset]='`wrong_charset`, `charset: utf-16`'
)
echo "| kind | PHP curl | Python urllib | Node fetch | Java HttpClient |"
echo "| --- | --- | --- | --- | --- |"
for kind in "${kinds[@]}"; do
    row="| ${told[$kind]:-\`$kind\`} |"
    for language in php python node java; do
        row+=" $(<"$work/$language-$kind") |"
    done
    echo "$row"
done

python3 - "$base/_mock/faults" <<'PYTHON'
import json, sys
from urllib.request import urlopen

with urlopen(sys.argv[1], timeout=5) as answer:
    hits = {one["fault"]["name"]: one["hits"] for one in json.load(answer)["faults"]}
if set(hits.values()) != {4}:
    sys.exit(f"each fault was to strike each client once: {hits}")
PYTHON

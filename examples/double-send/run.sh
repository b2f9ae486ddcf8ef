#!/usr/bin/env bash
# Tells the story of README.md: starts the mock on a free port, lets both clients send under both faults, shows what the
# mock saw. Fails if the story is not so.
set -euo pipefail
cd "$(dirname "$0")"
source ../start-mock
export EPOCHTA_URL=http://127.0.0.1:$port/members/sms/xml.php EPOCHTA_CONTROL=http://127.0.0.1:$port/_mock

for placed in after before; do
    echo "The first SEND is reset $placed the charge."
    for client in blind careful; do
        echo "  $client.py"
        python3 "$client.py" "$client-$placed"
    done
done
python3 told.py

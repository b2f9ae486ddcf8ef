#!/usr/bin/env bash
# Price, send and follow one SMS.
# Transport: curl -d where nothing needs escaping, --data-urlencode for the rest.
# Replies have one element a line, so sed and grep are enough to read them.
set -euo pipefail

url=${EPOCHTA_URL:-http://127.0.0.1:8620/members/sms/xml.php}
username=${EPOCHTA_USERNAME:-demo}
password=${EPOCHTA_PASSWORD:-demo}
to=${EPOCHTA_TO:-380501234567}
text='Ваш код: 4711 & спасибо <3 +1 🙂'

die() {
    echo "send.sh: $*" >&2
    exit 1
}

# Text and password must be escaped, or the first & in them makes the document malformed.
xml_escape() {
    printf '%s' "$1" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/"/\&quot;/g'
}

# document OPERATION [MORE]
# The vendor's document says "authentication"; every client in use says "authentification".
document() {
    printf '<?xml version="1.0" encoding="UTF-8"?><SMS><operations><operation>%s</operation></operations>' "$1"
    printf '<authentification><username>%s</username><password>%s</password></authentification>%s</SMS>' \
        "$(xml_escape "$username")" "$(xml_escape "$password")" "${2-}"
}

# post CURL-OPTION...
# Without --max-time curl waits for ever; without --fail a 404 page looks like a reply.
# (The password is visible in the process list meanwhile; on a shared machine, pipe the
# document into --data-urlencode XML@- instead.)
post() {
    local reply
    reply=$(curl --silent --show-error --fail --connect-timeout 5 --max-time 10 "$@" "$url") || return 1
    grep -q -e '^<RESPONSE>' -e '^<deliveryreport>' <<<"$reply" || return 1
    printf '%s\n' "$reply"
}

# element NAME: its value, from the reply on standard input.
element() {
    sed -n "s:^<$1>\(.*\)</$1>\$:\1:p"
}

# check REPLY: errors arrive in HTTP 200, as a negative status. A delivery report has no status.
check() {
    case $(element status <<<"$1") in
        -1) die 'the gateway answered AUTH_FAILED (-1)' ;;
        -2) die 'the gateway answered XML_ERROR (-2)' ;;
        -3) die 'the gateway answered NOT_ENOUGH_CREDITS (-3)' ;;
        -4) die 'the gateway answered NO_RECIPIENTS (-4)' ;;
        -5) die 'the gateway answered INVALID_TEXT (-5)' ;;
        -7) die 'the gateway answered BAD_SENDER_NAME (-7)' ;;
        -*) die "the gateway answered an unknown error ($(element status <<<"$1"))" ;;
    esac
}

balance() {
    local reply
    reply=$(post --data-urlencode "XML=$(document BALANCE)") || die 'no usable reply to BALANCE'
    check "$reply"
    element credits <<<"$reply"
}

# 1. What a credit costs. -d sends the document as it is, under the label of a form. That
# is fine only while it holds no & (ends the field), + (becomes a blank) or % (starts an
# escape), which login and password decide here.
xml=$(document CREDITPRICE)
case $xml in
    *[\&+%]*) reply=$(post --data-urlencode "XML=$xml") || die 'no usable reply to CREDITPRICE' ;;
    *) reply=$(post -d "XML=$xml") || die 'no usable reply to CREDITPRICE' ;;
esac
check "$reply"
echo "credit price: $(element price <<<"$reply") USD"

# 2. The balance.
before=$(balance)
echo "balance: $before"

# 3. What the message would cost. SEND takes the same document.
# The id is our own and never used before: GETSTATUS answers by it, and an id used twice
# gets the rows of both messages.
id=curl-$(date +%s)-$$-$RANDOM
message="<message><sender>Demo</sender><text>$(xml_escape "$text")</text></message>"
message+="<numbers><number messageID=\"$id\">$(xml_escape "$to")</number></numbers>"
reply=$(post --data-urlencode "XML=$(document GETPRICE "$message")") || die 'no usable reply to GETPRICE'
check "$reply"
price=$(element credits <<<"$reply")
echo "price: $price credits"

# 4. Send it. Never repeat SEND blindly (so no curl --retry): it may have arrived although
# the answer did not, and the customer pays twice. Ask GETSTATUS first; no row means not sent.
reply=$(post --data-urlencode "XML=$(document SEND "$message")") ||
    die "no usable reply to SEND; ask GETSTATUS for $id before sending again"
check "$reply"
charge=$(element credits <<<"$reply")
echo "sent: $id for $charge credits"

# 5. Follow it to a final status. No row: the gateway does not know the id.
# Status 0: not handed over yet.
query="<statistics><messageid>$id</messageid></statistics>"
deadline=$((SECONDS + 15))
while true; do
    reply=$(post --data-urlencode "XML=$(document GETSTATUS "$query")") || die 'no usable reply to GETSTATUS'
    check "$reply"
    row=$(grep -F "id=\"$id\"" <<<"$reply" || true)
    status=$(sed 's/.* status="\([^"]*\)".*/\1/' <<<"$row")
    case $status in
        DELIVERED | NOT_DELIVERED | NOT_ALLOWED | NOT_ENOUGH_CREDITS) break ;;
        INVALID_DESTINATION_ADDRESS | INVALID_SOURCE_ADDRESS) break ;;
    esac
    ((SECONDS <= deadline)) || die "no final status of $id within 15 s, the last one is ${status:-unknown}"
    sleep 0.3
done
echo "status: $status at $(sed 's/.* donedate="\([^"]*\)".*/\1/' <<<"$row")"

# 6. The balance again, and the sums. Credits have up to four decimals, hence %.4f.
after=$(balance)
echo "balance: $after"

[[ $status == DELIVERED ]] || die "the message ended as $status"
LC_ALL=C awk -v before="$before" -v after="$after" -v charge="$charge" -v price="$price" 'BEGIN {
    spent = sprintf("%.4f", before - after)
    exit !(spent == sprintf("%.4f", charge) && spent == sprintf("%.4f", price))
}' || die "the sums differ: balance $before - $after, charge $charge, price $price"

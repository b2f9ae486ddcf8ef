"""One SEND with Python's urllib; one line of what came of it. python3 client.py URL DOCUMENT"""

import sys
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode
from urllib.request import urlopen

url, document = sys.argv[1:]
try:
    with urlopen(url, urlencode({"XML": document}).encode(), timeout=2) as reply:
        code, body = reply.status, reply.read()
except Exception as error:
    sys.exit(print(f"{type(error).__name__}: {error}"))
try:
    status = ElementTree.fromstring(body).findtext("status")
    print(f"{code}, {'no status' if status is None else f'status {status}'}")
except ElementTree.ParseError as error:
    print(f"{code}, no XML: {error}")

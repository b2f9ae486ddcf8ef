"""What the programs in this folder are told by their environment. A program of yours has settings of its own."""

import os

from epochta import Client

TEXT = "Ваш код: 4711 & спасибо <3 +1 🙂"

setting = os.environ.get


def client():
    return Client(
        setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
        setting("EPOCHTA_USERNAME", "demo"),
        setting("EPOCHTA_PASSWORD", "demo"),
        float(setting("EPOCHTA_TIMEOUT", "10")),
    )

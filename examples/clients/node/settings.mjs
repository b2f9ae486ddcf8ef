// What the programs in this folder are told by their environment. A program of yours has settings of its own.

import { Client } from "./epochta.mjs";

export const setting = (name, otherwise) => process.env[name] ?? otherwise;
export const defaultText = "Ваш код: 4711 & спасибо <3 +1 🙂";

export const client = () =>
  new Client(
    setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
    setting("EPOCHTA_USERNAME", "demo"),
    setting("EPOCHTA_PASSWORD", "demo"),
    Number(setting("EPOCHTA_TIMEOUT", "10")),
  );

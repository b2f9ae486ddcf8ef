// A client of the ePochta SMS XML gateway, to be copied with xml.mjs. It needs Node 18 and no package.
//
//     const client = new Client("https://sms.example/members/sms/xml.php", "login", "password");
//     const id = newId(); // Write it down first, then send.
//     await client.send("SMSKA", "Hello %1%", [{ number: "380501234567", id, variables: ["John"] }]);
//     await client.status([id]);
//
// Every method resolves to a result or rejects with an EpochtaError. Credits are text, since floats do not add up.

import { randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { buffer } from "node:stream/consumers";
import { escape, isLegal, parse } from "./xml.mjs";

const refusals = {
  "-1": "AUTH_FAILED",
  "-2": "XML_ERROR",
  "-3": "NOT_ENOUGH_CREDITS",
  "-4": "NO_RECIPIENTS",
  "-5": "INVALID_TEXT",
  "-7": "BAD_SENDER_NAME",
};
/** A message with one of these never changes again: stop asking. Others may change, also those not known yet. */
export const finalStatuses = new Set([
  "DELIVERED",
  "NOT_DELIVERED",
  "NOT_ALLOWED",
  "INVALID_DESTINATION_ADDRESS",
  "INVALID_SOURCE_ADDRESS",
  "NOT_ENOUGH_CREDITS",
]);

/** Why there is no result: `word` is for programs, the message for people. */
export class EpochtaError extends Error {
  constructor(word, message, options) {
    super(message, options);
    this.word = word;
  }
}

/** Refused here; nothing was sent. */
export class InvalidInput extends EpochtaError {
  constructor(why) {
    super("INVALID_INPUT", why);
  }
}

/** The gateway said no; nothing was sent. */
export class Refused extends EpochtaError {
  constructor(code) {
    super(refusals[code] ?? String(code), `the gateway answered ${refusals[code] ?? "an unknown error"} (${code})`);
    this.code = code;
  }
}

/** No whole reply came. The gateway may have done it all the same: ask status() before you send again. */
export class NoReply extends EpochtaError {
  constructor(why, options) {
    super("NO_REPLY", `no usable reply: ${why}`, options);
  }
}

/** What came is not the gateway's reply. It may have done it all the same, as with NoReply. */
export class BadReply extends EpochtaError {
  constructor(why, options) {
    super("BAD_REPLY", `no usable reply: ${why}`, options);
  }
}

/** An id that no other message has. Keep it before you send: it is all you can ask by if no reply comes. */
export const newId = () => randomUUID();

export class Client {
  #url;
  #login;
  #timeout;

  /** `timeout` is in seconds, for everything from the connection to the last byte of the reply. */
  constructor(url, username, password, timeout = 10) {
    if (!/^https?:\/\//i.test(url)) throw new InvalidInput(`${url} is no URL of a gateway`);
    if (!(timeout > 0)) throw new InvalidInput("the time-out is not above 0");
    this.#url = url;
    const login = element("username", text(username)) + element("password", text(password));
    // The vendor's document says "authentication". All clients in use say this, and gateways know both.
    this.#login = element("authentification", login);
    this.#timeout = timeout;
  }

  /** Sends a text to all recipients, in one document. Never call it again just because no reply came. */
  async send(sender, message, recipients) {
    const reply = await this.#ask("SEND", mailing(sender, message, recipients));
    const accepted = integer(reply, "status");
    if (accepted === 0) throw new BadReply("nothing is refused, and nothing accepted");
    return { accepted, credits: amount(reply, "credits") };
  }

  /** The credits that send() would take. */
  async price(sender, message, recipients) {
    return amount(await this.#ask("GETPRICE", mailing(sender, message, recipients)), "credits");
  }

  /**
   * The messages with these ids, as { id, status, sent, done }: none for an id that the gateway does not know, several
   * for one used twice. The status is the gateway's word, "0" until the message is handed over; dates are yyyy-mm-dd
   * hh:mm:ss in the gateway's time zone, or null.
   */
  async status(ids) {
    if (!Array.isArray(ids) || ids.length === 0) throw new InvalidInput("there are no ids to ask for");
    const statistics = element("statistics", ids.map((id) => element("messageid", text(id))).join(""));
    const reply = await this.#ask("GETSTATUS", statistics, "deliveryreport");
    return reply.children.filter(({ name }) => name === "message").map(row);
  }

  /** The credits of the account. */
  async balance() {
    return amount(await this.#ask("BALANCE"), "credits");
  }

  /** What a credit costs, in US dollars. */
  async creditPrice() {
    return amount(await this.#ask("CREDITPRICE"), "price");
  }

  /** Posts a document and returns the root of the reply, if that is what is expected and no refusal. */
  async #ask(operation, more = "", expected = "RESPONSE") {
    const content = element("operations", element("operation", operation)) + this.#login + more;
    const [code, body] = await this.#post(`<?xml version="1.0" encoding="UTF-8"?>${element("SMS", content)}`);
    if (code !== 200) throw new BadReply(`HTTP ${code}`);
    let reply;
    try {
      reply = parse(body);
    } catch (cause) {
      throw new BadReply(`no XML: ${cause.message}`, { cause });
    }
    // Refusals come in HTTP 200, and GETSTATUS is refused in a RESPONSE, too.
    if (reply.name === "RESPONSE" && integer(reply, "status") < 0) throw new Refused(integer(reply, "status"));
    if (reply.name !== expected) throw new BadReply(`a <${reply.name}> instead of a <${expected}>`);
    return reply;
  }

  /** The HTTP status and the whole body. There is no second try here, on purpose: a try may cost money. */
  async #post(document) {
    // Percent-encodes. In a form a bare + would arrive as a blank, and a bare & would end the field.
    const form = String(new URLSearchParams({ XML: document }));
    // They follow no redirects, and check certificates. fetch would hold a connection that is given up during the TLS
    // handshake for some seconds more, and fail at a 100 Continue.
    const { request } = /^https/i.test(this.#url) ? https : http;
    // For everything together, so that a reply that drips ends, too.
    const signal = AbortSignal.timeout(Math.ceil(this.#timeout * 1000));
    const options = {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": form.length },
      // A kept connection may end just as it is used again, and nobody would know whether the request arrived.
      agent: false,
      signal,
    };
    try {
      const response = await new Promise((resolve, reject) => {
        request(this.#url, options).on("response", resolve).on("error", reject).end(form);
      });
      const body = await buffer(response); // Rejects if the body is shorter than announced.
      signal.throwIfAborted(); // What was cut off by giving up may look like the end of the body.
      return [response.statusCode, body];
    } catch (cause) {
      throw new NoReply(cause.cause?.message ?? cause.message, { cause });
    }
  }
}

/** The content is XML already; values go through text(). */
const element = (name, content, attributes = "") => `<${name}${attributes}>${content}</${name}>`;

function text(value) {
  if (typeof value !== "string") throw new InvalidInput(`${value} is no string`);
  if (!isLegal(value)) throw new InvalidInput(`XML cannot hold ${JSON.stringify(value)}`);
  return escape(value);
}

/** What SEND and GETPRICE have in common. */
function mailing(sender, message, recipients) {
  // Senders and numbers are for the gateway to judge: what it takes differs from place to place.
  if (!Array.isArray(recipients) || recipients.length === 0) throw new InvalidInput("there are no recipients");
  if (message === "") throw new InvalidInput("the text is empty");
  return (
    element("message", element("sender", text(sender)) + element("text", text(message))) +
    element("numbers", recipients.map(recipient).join(""))
  );
}

function recipient({ number, id, variables }) {
  let attributes = "";
  if (id) attributes += ` messageID="${text(id)}"`;
  if (variables?.length) attributes += ` variables="${variables.map(variable).join("")}"`;
  return element("number", text(number), attributes);
}

function variable(value) {
  const escaped = text(value);
  if (value.includes(";")) throw new InvalidInput("a variable holds a semicolon, which ends it");
  return `${escaped};`;
}

function value(reply, name, pattern) {
  const found = reply.children.find((child) => child.name === name)?.text.trim() ?? "";
  if (!pattern.test(found)) throw new BadReply(`the <${name}> of the <${reply.name}> is ${JSON.stringify(found)}`);
  return found;
}

const integer = (reply, name) => Number(value(reply, name, /^[+-]?[0-9]{1,9}$/));
const amount = (reply, name) => value(reply, name, /^-?[0-9]+(\.[0-9]+)?$/);

function row({ attributes }) {
  const id = attributes.get("id");
  const status = attributes.get("status")?.trim();
  if (id === undefined || !status) throw new BadReply("a <message> without id or status");
  const [sent, done] = ["sentdate", "donedate"].map((name) => {
    const date = attributes.get(name)?.trim();
    return !date || date === "0000-00-00 00:00:00" ? null : date;
  });
  return { id, status, sent, done };
}

// The first message in the visitor's language: short programs that work as they stand. All escape the text for XML,
// percent-encode the form, and do not wait for ever.

/** The languages, in the order in which they are offered. */
export const SNIPPETS = [
  ["curl", curl],
  ["PHP", php],
  ["Python", python],
  ["Node", node],
  ["C#", csharp],
  ["Java", java],
];

const xml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const single = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
// JSON's strings are those of these languages, too.
const double = (text) => JSON.stringify(text);

function curl({ url, username, password, text, to }) {
  const shell = (value) => value.replaceAll("'", "'\\''");
  return `curl -sS --max-time 10 '${shell(url)}' \\
  --data-urlencode 'XML=<?xml version="1.0" encoding="UTF-8"?>
<SMS>
<operations><operation>SEND</operation></operations>
<authentification><username>${shell(xml(username))}</username><password>${shell(xml(password))}</password></authentification>
<message><sender>SMSKA</sender><text>${shell(xml(text))}</text></message>
<numbers><number messageID="m1">${to}</number></numbers>
</SMS>'
`;
}

function php({ url, username, password, text, to }) {
  return `<?php // PHP 7.4 or newer, with curl: php send.php
$e = fn ($value) => htmlspecialchars($value, ENT_XML1 | ENT_QUOTES, 'UTF-8');
$id = bin2hex(random_bytes(8));
$xml = '<?xml version="1.0" encoding="UTF-8"?><SMS>'
    . '<operations><operation>SEND</operation></operations>'
    . '<authentification><username>' . $e(${single(username)}) . '</username>'
    . '<password>' . $e(${single(password)}) . '</password></authentification>'
    . '<message><sender>SMSKA</sender><text>' . $e(${single(text)}) . '</text></message>'
    . "<numbers><number messageID=\\"$id\\">${to}</number></numbers></SMS>";

$curl = curl_init(${single(url)});
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => http_build_query(['XML' => $xml]),
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_CONNECTTIMEOUT => 5,
    CURLOPT_TIMEOUT => 10,
]);
$reply = curl_exec($curl);
echo $reply === false ? curl_error($curl) : $reply, "\\n";
`;
}

function python({ url, username, password, text, to }) {
  return `# Python 3.6 or newer: python3 send.py
from urllib.parse import urlencode
from urllib.request import urlopen
from uuid import uuid4
from xml.sax.saxutils import escape

username, password = ${double(username)}, ${double(password)}
text = ${double(text)}
xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<SMS>
<operations><operation>SEND</operation></operations>
<authentification><username>{escape(username)}</username><password>{escape(password)}</password></authentification>
<message><sender>SMSKA</sender><text>{escape(text)}</text></message>
<numbers><number messageID="{uuid4()}">${to}</number></numbers>
</SMS>"""

form = urlencode({"XML": xml}).encode()
with urlopen(${double(url)}, form, timeout=10) as reply:
    print(reply.read().decode())
`;
}

function node({ url, username, password, text, to }) {
  return `// Node 18 or newer: node send.mjs
const escape = (value) => value.replace(/[<>&]/g, (sign) => \`&#\${sign.charCodeAt(0)};\`);

const xml = \`<?xml version="1.0" encoding="UTF-8"?>
<SMS>
<operations><operation>SEND</operation></operations>
<authentification><username>\${escape(${double(username)})}</username>
<password>\${escape(${double(password)})}</password></authentification>
<message><sender>SMSKA</sender><text>\${escape(${double(text)})}</text></message>
<numbers><number messageID="\${crypto.randomUUID()}">${to}</number></numbers>
</SMS>\`;

const reply = await fetch(${double(url)}, {
  method: "POST",
  body: new URLSearchParams({ XML: xml }),
  signal: AbortSignal.timeout(10_000),
});
console.log(await reply.text());
`;
}

function csharp({ url, username, password, text, to }) {
  return `// Mono: mcs -codepage:utf8 -r:System.Net.Http Send.cs && mono Send.exe
// .NET: dotnet new console -o Send, this as Send/Program.cs, then dotnet run --project Send
using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Security;

class Send
{
    static void Main()
    {
        string xml = "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?><SMS>"
            + "<operations><operation>SEND</operation></operations>"
            + "<authentification><username>" + SecurityElement.Escape(${double(username)}) + "</username>"
            + "<password>" + SecurityElement.Escape(${double(password)}) + "</password></authentification>"
            + "<message><sender>SMSKA</sender><text>" + SecurityElement.Escape(${double(text)}) + "</text></message>"
            + "<numbers><number messageID=\\"" + Guid.NewGuid() + "\\">${to}</number></numbers></SMS>";

        using (var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) })
        {
            var form = new FormUrlEncodedContent(new Dictionary<string, string> { { "XML", xml } });
            var reply = http.PostAsync(${double(url)}, form).GetAwaiter().GetResult();
            Console.WriteLine(reply.Content.ReadAsStringAsync().GetAwaiter().GetResult());
        }
    }
}
`;
}

function java({ url, username, password, text, to }) {
  return `// Java 11 or newer: java -Dfile.encoding=UTF-8 Send.java
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

public class Send {
    static String escape(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    public static void main(String[] args) throws Exception {
        String xml = "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?><SMS>"
            + "<operations><operation>SEND</operation></operations>"
            + "<authentification><username>" + escape(${double(username)}) + "</username>"
            + "<password>" + escape(${double(password)}) + "</password></authentification>"
            + "<message><sender>SMSKA</sender><text>" + escape(${double(text)}) + "</text></message>"
            + "<numbers><number messageID=\\"" + UUID.randomUUID() + "\\">${to}</number></numbers></SMS>";

        HttpRequest request = HttpRequest.newBuilder(URI.create(${double(url)}))
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("XML=" + URLEncoder.encode(xml, StandardCharsets.UTF_8)))
            .build();
        HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
        System.out.println(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
`;
}

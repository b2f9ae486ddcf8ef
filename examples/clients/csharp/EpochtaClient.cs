// A client of the ePochta SMS XML gateway, API 2.0. Copy this file; it needs nothing but
// .NET Framework 4.5, or Mono. (On .NET 6 or newer HttpClient takes the place of HttpWebRequest.)

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Xml;

/// <summary>One message of a mailing.</summary>
public sealed class Recipient
{
    public string Number { get; set; }

    /// <summary>What Status asks for. Give each message one of its own, and keep it before you send.</summary>
    public string Id { get; set; }

    /// <summary>They stand for %1%, %2%, … in the text.</summary>
    public IReadOnlyList<string> Variables { get; set; } = new string[0];
}

/// <summary>The answer to Send.</summary>
public sealed class Accepted
{
    public int Recipients { get; set; }
    public decimal Credits { get; set; }
}

/// <summary>What became of a message.</summary>
public sealed class Report
{
    public string Id { get; set; }

    /// <summary>The gateway's word, "0" for a message that is not handed over yet.</summary>
    public string Status { get; set; }

    /// <summary>A date like 2026-01-02 03:04:05, or null before it has come.</summary>
    public string Sent { get; set; }

    /// <summary>Likewise.</summary>
    public string Done { get; set; }
}

/// <summary>Why an operation failed.</summary>
public sealed class EpochtaException : Exception
{
    public EpochtaException(string word, string message, Exception inner = null) : base(message, inner)
    {
        Word = word;
    }

    /// <summary>
    /// The gateway's word, its code as text if nobody knows a word for it, or NO_REPLY (no whole
    /// reply came), BAD_REPLY (a reply came, and it is not the gateway's) or INVALID_INPUT (the
    /// client refused before it asked).
    /// </summary>
    public string Word { get; }

    /// <summary>
    /// May the gateway have done what it was asked? Never send again then: ask Status for the ids
    /// first. A row means that the message was accepted.
    /// </summary>
    public bool Unknown => Word == "NO_REPLY" || Word == "BAD_REPLY";
}

/// <summary>One gateway under one login. It may be used by several threads.</summary>
public class EpochtaClient : IDisposable
{
    static readonly Dictionary<int, string> Words = new Dictionary<int, string>
    {
        { -1, "AUTH_FAILED" },
        { -2, "XML_ERROR" },
        { -3, "NOT_ENOUGH_CREDITS" },
        { -4, "NO_RECIPIENTS" },
        { -5, "INVALID_TEXT" },
        { -7, "BAD_SENDER_NAME" },
    };

    readonly string url;
    readonly string username;
    readonly string password;
    readonly TimeSpan timeout;
    ServicePoint gateway;

    /// <param name="timeout">For a whole request, from connecting to the last byte of the reply.</param>
    public EpochtaClient(string url, string username, string password, TimeSpan timeout)
    {
        this.url = url;
        this.username = username;
        this.password = password;
        this.timeout = timeout;
    }

    /// <summary>
    /// Waits until no connection is left. Mono closes them on threads of its own, after the answer,
    /// and may crash or hang if the program ends meanwhile.
    /// </summary>
    public void Dispose()
    {
        SpinWait.SpinUntil(() => gateway == null || gateway.CurrentConnections == 0, TimeSpan.FromSeconds(2));
    }

    /// <summary>Sends the text to all recipients, in one document.</summary>
    public Accepted Send(string sender, string text, IReadOnlyList<Recipient> recipients)
    {
        var reply = Ask("SEND", "RESPONSE", Mailing(sender, text, recipients));
        var accepted = StatusOf(reply);
        if (accepted == 0)
            throw BadReply("the gateway accepted nothing, and gave no reason");
        return new Accepted { Recipients = accepted, Credits = Amount(reply, "credits") };
    }

    /// <summary>How many credits Send would take.</summary>
    public decimal Price(string sender, string text, IReadOnlyList<Recipient> recipients)
    {
        return Amount(Ask("GETPRICE", "RESPONSE", Mailing(sender, text, recipients)), "credits");
    }

    /// <summary>
    /// What became of messages. An id that the gateway does not know has no row, one that was used
    /// several times has several.
    /// </summary>
    public IReadOnlyList<Report> Status(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
            throw Invalid("there are no ids to ask for");
        var reply = Ask("GETSTATUS", "deliveryreport", xml =>
        {
            xml.WriteStartElement("statistics");
            foreach (var id in ids)
                xml.WriteElementString("messageid", id);
            xml.WriteEndElement();
        });
        var reports = new List<Report>();
        foreach (var row in reply.ChildNodes.OfType<XmlElement>().Where(child => child.Name == "message"))
        {
            var id = row.GetAttribute("id");
            var status = row.GetAttribute("status").Trim();
            if (id == "" || status == "")
                throw BadReply("a row of the report has no id or no status");
            reports.Add(new Report
            {
                Id = id,
                Status = status,
                Sent = Date(row, "sentdate"),
                Done = Date(row, "donedate"),
            });
        }
        return reports;
    }

    /// <summary>How many credits the account has.</summary>
    public decimal Balance()
    {
        return Amount(Ask("BALANCE", "RESPONSE"), "credits");
    }

    /// <summary>What a credit costs, in US dollars.</summary>
    public decimal CreditPrice()
    {
        return Amount(Ask("CREDITPRICE", "RESPONSE"), "price");
    }

    /// <summary>What SEND and GETPRICE have in common.</summary>
    static Action<XmlWriter> Mailing(string sender, string text, IReadOnlyList<Recipient> recipients)
    {
        if (text == "")
            throw Invalid("the text is empty");
        if (recipients.Count == 0)
            throw Invalid("there are no recipients");
        var variables = recipients.SelectMany(recipient => recipient.Variables);
        var separated = variables.FirstOrDefault(value => value.Contains(";"));
        if (separated != null)
            throw Invalid("a variable holds a semicolon, which ends variables: " + separated);
        return xml =>
        {
            xml.WriteStartElement("message");
            xml.WriteElementString("sender", sender);
            xml.WriteElementString("text", text);
            xml.WriteEndElement();
            xml.WriteStartElement("numbers");
            foreach (var recipient in recipients)
            {
                xml.WriteStartElement("number");
                if (!string.IsNullOrEmpty(recipient.Id))
                    xml.WriteAttributeString("messageID", recipient.Id);
                if (recipient.Variables.Count > 0)
                    xml.WriteAttributeString("variables", string.Join(";", recipient.Variables) + ";");
                xml.WriteString(recipient.Number);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        };
    }

    string Document(string operation, Action<XmlWriter> more)
    {
        var settings = new XmlWriterSettings
        {
            // A StringWriter would declare UTF-16, Encoding.UTF8 would begin with a byte order mark.
            Encoding = new UTF8Encoding(false),
            // A reader makes a line feed of a carriage return, unless it is written as &#xD;.
            NewLineHandling = NewLineHandling.Entitize,
        };
        var document = new MemoryStream();
        using (var xml = XmlWriter.Create(document, settings))
        {
            xml.WriteStartElement("SMS");
            xml.WriteStartElement("operations");
            xml.WriteElementString("operation", operation);
            xml.WriteEndElement();
            // The vendor's document says "authentication"; every client in use says this.
            xml.WriteStartElement("authentification");
            xml.WriteElementString("username", username);
            xml.WriteElementString("password", password);
            xml.WriteEndElement();
            more?.Invoke(xml);
            xml.WriteEndElement();
        }
        return Encoding.UTF8.GetString(document.ToArray());
    }

    /// <summary>
    /// Posts a document and returns the root of the reply, if it is a success and the one that is wanted.
    /// </summary>
    XmlElement Ask(string operation, string root, Action<XmlWriter> more = null)
    {
        string document;
        try
        {
            document = Document(operation, more);
        }
        catch (ArgumentException error) // A control character, or half of a surrogate pair.
        {
            throw Invalid("XML cannot hold this: " + error.Message);
        }
        var reply = Parse(Post(Encode(document)));
        // Errors arrive in HTTP 200, as a negative status, whatever was asked.
        if (reply.Name == "RESPONSE" && StatusOf(reply) < 0)
            throw Refusal(StatusOf(reply));
        if (reply.Name != root)
            throw BadReply("the reply is a <" + reply.Name + ">, not a <" + root + ">");
        return reply;
    }

    /// <summary>The form that holds the document.</summary>
    protected virtual string Encode(string document)
    {
        // In a form a bare + would arrive as a blank, and a bare & would end the field.
        // Uri.EscapeDataString would do, too, but takes no more than 32,766 characters on .NET Framework.
        return "XML=" + WebUtility.UrlEncode(document);
    }

    /// <summary>Returns the body of the reply.</summary>
    byte[] Post(string form)
    {
        var request = (HttpWebRequest)WebRequest.Create(url);
        Prepare(request);
        gateway = request.ServicePoint;
        // Timeout ends with the head of the reply, ReadWriteTimeout starts anew with each read.
        // This timer is for everything.
        var late = false;
        using (new Timer(_ => { late = true; request.Abort(); }, null, timeout, Timeout.InfiniteTimeSpan))
        {
            try
            {
                var content = Encoding.UTF8.GetBytes(form);
                request.ContentLength = content.Length;
                using (var stream = request.GetRequestStream())
                    stream.Write(content, 0, content.Length);
                byte[] body;
                using (var response = (HttpWebResponse)request.GetResponse())
                    body = Body(response);
                // An aborted body can look like one that has ended.
                if (late)
                    throw new TimeoutException();
                return body;
            }
            catch (WebException error) when (error.Response is HttpWebResponse)
            {
                using (var response = (HttpWebResponse)error.Response)
                    throw BadReply("HTTP " + (int)response.StatusCode);
            }
            catch (Exception error) when (late || error is WebException || error is IOException)
            {
                throw NoReply(late ? "nothing whole within " + timeout.TotalSeconds + " s" : error.Message, error);
            }
        }
    }

    protected virtual void Prepare(HttpWebRequest request)
    {
        request.Method = "POST";
        request.ContentType = "application/x-www-form-urlencoded";
        request.Timeout = request.ReadWriteTimeout = Timeout.Infinite;
        // When a kept connection breaks, HttpWebRequest may repeat the request by itself. A new
        // connection for each request costs little; an SMS sent twice costs money.
        request.KeepAlive = false;
        // A redirect would carry the password to who knows where.
        request.AllowAutoRedirect = false;
        // The default is to wait for "100 Continue" before the body; not every server sends it.
        request.ServicePoint.Expect100Continue = false;
    }

    static byte[] Body(HttpWebResponse response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            throw BadReply("HTTP " + (int)response.StatusCode);
        var body = new MemoryStream();
        using (var stream = response.GetResponseStream())
            stream.CopyTo(body);
        // Mono takes half a body for a whole one, and what comes after it for a part of it.
        if (response.ContentLength > body.Length)
            throw NoReply("it ended after " + body.Length + " of " + response.ContentLength + " bytes");
        if (response.ContentLength >= 0)
            body.SetLength(response.ContentLength);
        return body.ToArray();
    }

    static XmlElement Parse(byte[] body)
    {
        // A script may print blank lines, or a byte order mark, before the declaration; strictly, XML
        // begins with it.
        var start = body.TakeWhile(value => "\u00EF\u00BB\u00BF \t\r\n".IndexOf((char)value) >= 0).Count();
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        var reply = new XmlDocument { XmlResolver = null };
        try
        {
            using (var reader = XmlReader.Create(new MemoryStream(body, start, body.Length - start), settings))
                reply.Load(reader);
        }
        catch (XmlException error)
        {
            throw BadReply("the reply is not XML: " + error.Message, error);
        }
        return reply.DocumentElement;
    }

    static string TextOf(XmlElement reply, string name)
    {
        var element = reply[name];
        return element == null ? "" : element.InnerText.Trim();
    }

    static int StatusOf(XmlElement reply)
    {
        int status;
        if (!int.TryParse(TextOf(reply, "status"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out status))
            throw BadReply("the status of the reply is no number");
        return status;
    }

    static decimal Amount(XmlElement reply, string name)
    {
        // Invariant, because in a Ukrainian locale the decimal point is a comma.
        decimal amount;
        var style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(TextOf(reply, name), style, CultureInfo.InvariantCulture, out amount))
            throw BadReply("the <" + name + "> of the reply is no amount: " + TextOf(reply, name));
        return amount;
    }

    static string Date(XmlElement row, string name)
    {
        var value = row.GetAttribute(name).Trim();
        return value == "" || value == "0000-00-00 00:00:00" ? null : value;
    }

    static EpochtaException Refusal(int code)
    {
        var number = code.ToString(CultureInfo.InvariantCulture);
        string word;
        return Words.TryGetValue(code, out word)
            ? new EpochtaException(word, "the gateway answered " + word + " (" + number + ")")
            : new EpochtaException(number, "the gateway answered an unknown error (" + number + ")");
    }

    static EpochtaException NoReply(string message, Exception inner = null)
    {
        return new EpochtaException("NO_REPLY", "no usable reply: " + message, inner);
    }

    static EpochtaException BadReply(string message, Exception inner = null)
    {
        return new EpochtaException("BAD_REPLY", "no usable reply: " + message, inner);
    }

    static EpochtaException Invalid(string message)
    {
        return new EpochtaException("INVALID_INPUT", message);
    }
}

// Price, send and follow one SMS. What Unescaped.cs and Escaped.cs share: everything but the
// transport and the text.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Security;
using System.Threading;
using System.Xml;

static class Epochta
{
    public static readonly string Url = Setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php");
    static readonly string Username = Setting("EPOCHTA_USERNAME", "demo");
    static readonly string Password = Setting("EPOCHTA_PASSWORD", "demo");
    static readonly string To = Setting("EPOCHTA_TO", "380501234567");

    static readonly Dictionary<int, string> Errors = new Dictionary<int, string>
    {
        { -1, "AUTH_FAILED" },
        { -2, "XML_ERROR" },
        { -3, "NOT_ENOUGH_CREDITS" },
        { -4, "NO_RECIPIENTS" },
        { -5, "INVALID_TEXT" },
        { -7, "BAD_SENDER_NAME" },
    };

    static readonly HashSet<string> Final = new HashSet<string>
    {
        "DELIVERED",
        "NOT_DELIVERED",
        "NOT_ALLOWED",
        "INVALID_DESTINATION_ADDRESS",
        "INVALID_SOURCE_ADDRESS",
        "NOT_ENOUGH_CREDITS",
    };

    /// <summary>The gateway refused the request, or the outcome is not what it should be.</summary>
    public class Failed : Exception
    {
        public Failed(string message) : base(message) { }
    }

    /// <summary>No usable reply: nobody knows what the gateway did with the request.</summary>
    class NoAnswer : Exception
    {
        public NoAnswer(string message) : base(message) { }
    }

    /// <param name="post">Posts a document and returns the reply.</param>
    public static int Run(string name, string text, Func<string, string> post)
    {
        try
        {
            Steps(name, text, post);
            return 0;
        }
        catch (Exception error) when (error is Failed || error is NoAnswer)
        {
            Console.Error.WriteLine("{0}: {1}", name, error.Message);
            return 1;
        }
    }

    static void Steps(string name, string text, Func<string, string> post)
    {
        Console.WriteLine("credit price: {0} USD", Value(Call(post, Document("CREDITPRICE")), "price"));

        var before = Value(Call(post, Document("BALANCE")), "credits");
        Console.WriteLine("balance: {0}", before);

        // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
        // gets the rows of both messages.
        var id = "csharp-" + Guid.NewGuid();
        var message = "<message><sender>Demo</sender><text>" + SecurityElement.Escape(text) + "</text></message>"
            + "<numbers><number messageID=\"" + id + "\">" + SecurityElement.Escape(To) + "</number></numbers>";
        var price = Value(Call(post, Document("GETPRICE", message)), "credits");
        Console.WriteLine("price: {0} credits", price);

        string charge;
        try
        {
            charge = Value(Call(post, Document("SEND", message)), "credits");
        }
        catch (NoAnswer error)
        {
            // Never repeat SEND blindly: it may have arrived although the answer did not, and
            // the customer pays twice. Ask GETSTATUS first; no row means not sent.
            throw new Failed(error.Message + "; ask GETSTATUS for " + id + " before sending again");
        }
        Console.WriteLine("sent: {0} for {1} credits", id, charge);

        var row = WaitForFinal(post, id);
        var status = row.GetAttribute("status");
        Console.WriteLine("status: {0} at {1}", status, row.GetAttribute("donedate"));

        var after = Value(Call(post, Document("BALANCE")), "credits");
        Console.WriteLine("balance: {0}", after);

        if (status != "DELIVERED")
            throw new Failed("the message ended as " + status);
        var spent = Credits(before) - Credits(after);
        if (spent != Credits(charge) || spent != Credits(price))
            throw new Failed(string.Format(
                "the sums differ: balance {0} - {1}, charge {2}, price {3}", before, after, charge, price));
    }

    /// <summary>Polls GETSTATUS and returns the final row of the report.</summary>
    static XmlElement WaitForFinal(Func<string, string> post, string id)
    {
        var query = Document("GETSTATUS", "<statistics><messageid>" + id + "</messageid></statistics>");
        var deadline = DateTime.UtcNow.AddSeconds(15);
        while (true)
        {
            // No row: the gateway does not know the id. Status 0: not handed over yet.
            var row = Call(post, query)["message"];
            var status = row == null ? "unknown" : row.GetAttribute("status");
            if (Final.Contains(status))
                return row;
            if (DateTime.UtcNow > deadline)
                throw new Failed("no final status of " + id + " within 15 s, the last one is " + status);
            Thread.Sleep(300);
        }
    }

    // Text and password must be escaped, or the first & in them makes the document malformed.
    // The vendor's document says "authentication"; every client in use says "authentification".
    static string Document(string operation, string more = "")
    {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n"
            + "<operations><operation>" + operation + "</operation></operations>\n"
            + "<authentification><username>" + SecurityElement.Escape(Username) + "</username>"
            + "<password>" + SecurityElement.Escape(Password) + "</password></authentification>\n"
            + more + "</SMS>\n";
    }

    static XmlElement Call(Func<string, string> post, string document)
    {
        var reply = new XmlDocument { XmlResolver = null };
        try
        {
            reply.LoadXml(post(document));
        }
        catch (Exception error) when (error is WebException || error is XmlException || error is System.IO.IOException)
        {
            throw new NoAnswer("no usable reply: " + error.Message);
        }
        var root = reply.DocumentElement;
        if (root.Name != "RESPONSE" && root.Name != "deliveryreport")
            throw new NoAnswer("the reply is a <" + root.Name + ">, not one of the gateway's");

        // Errors arrive in HTTP 200, as a negative status. A delivery report has no status.
        var status = root.Name == "RESPONSE" ? int.Parse(Value(root, "status"), CultureInfo.InvariantCulture) : 0;
        if (status < 0)
        {
            string error;
            Errors.TryGetValue(status, out error);
            throw new Failed("the gateway answered " + (error ?? "an unknown error") + " (" + status + ")");
        }
        return root;
    }

    static string Value(XmlElement reply, string name)
    {
        var element = reply[name];
        if (element == null)
            throw new NoAnswer("the reply has no <" + name + ">");
        return element.InnerText;
    }

    // Invariant, because in a Ukrainian locale the decimal point is a comma.
    static decimal Credits(string value)
    {
        return decimal.Parse(value, CultureInfo.InvariantCulture);
    }

    static string Setting(string name, string otherwise)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }
}

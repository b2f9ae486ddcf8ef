// Does what each line of stdin says, and writes a line to stdout, both JSON: the protocol of the
// kit's CLIENTS.md, by which it judges a client.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

static class Adapter
{
    // Throws at what is not UTF-8, where Encoding.UTF8 puts U+FFFD in its place.
    static readonly Encoding Utf8 = new UTF8Encoding(false, true);
    static readonly Encoding Bytes = Encoding.GetEncoding("iso-8859-1");

    static void Main()
    {
        var input = new StreamReader(Console.OpenStandardInput(), Bytes);
        var output = new StreamWriter(Console.OpenStandardOutput(), Utf8) { AutoFlush = true, NewLine = "\n" };
        for (var line = input.ReadLine(); line != null; line = input.ReadLine())
            output.WriteLine(Json.Write(Answer(Bytes.GetBytes(line))));
        // Mono may hang if Main returns after a request. This does not.
        Environment.Exit(0);
    }

    static Dictionary<string, object> Answer(byte[] line)
    {
        try
        {
            var request = (Dictionary<string, object>)Json.Read(Utf8.GetString(line));
            using (var client = Client(request))
            {
                var answer = Perform(client, request);
                answer["ok"] = true;
                return answer;
            }
        }
        catch (EpochtaException error)
        {
            return Failed(error.Word, error);
        }
        catch (Exception error) // No UTF-8, no JSON, something missing, something of another type.
        {
            return Failed("INVALID_INPUT", error);
        }
    }

    static Dictionary<string, object> Failed(string word, Exception error)
    {
        return new Dictionary<string, object> { { "ok", false }, { "error", word }, { "message", error.Message } };
    }

    static EpochtaClient Client(Dictionary<string, object> request)
    {
        return new EpochtaClient(
            (string)request["url"],
            (string)request["username"],
            (string)request["password"],
            TimeSpan.FromSeconds((double)(decimal)request["timeout"]));
    }

    static Dictionary<string, object> Perform(EpochtaClient client, Dictionary<string, object> request)
    {
        switch ((string)request["op"])
        {
            case "send":
                var accepted = client.Send((string)request["sender"], (string)request["text"], Recipients(request));
                var answer = Amount("credits", accepted.Credits);
                answer["accepted"] = accepted.Recipients;
                return answer;
            case "price":
                return Amount("credits",
                    client.Price((string)request["sender"], (string)request["text"], Recipients(request)));
            case "status":
                var rows = client.Status(Strings(request, "ids")).Select(Row);
                return new Dictionary<string, object> { { "messages", rows } };
            case "balance":
                return Amount("credits", client.Balance());
            case "credit_price":
                return Amount("price", client.CreditPrice());
            default:
                throw new ArgumentException("there is no such operation");
        }
    }

    static Dictionary<string, object> Amount(string name, decimal value)
    {
        return new Dictionary<string, object> { { name, value.ToString(CultureInfo.InvariantCulture) } };
    }

    static Dictionary<string, object> Row(Report report)
    {
        return new Dictionary<string, object>
        {
            { "id", report.Id },
            { "status", report.Status },
            { "sent", report.Sent },
            { "done", report.Done },
        };
    }

    static List<Recipient> Recipients(Dictionary<string, object> request)
    {
        return ((List<object>)request["to"]).Cast<Dictionary<string, object>>().Select(to => new Recipient
        {
            Number = (string)to["number"],
            Id = to.ContainsKey("id") ? (string)to["id"] : null,
            Variables = Strings(to, "variables"),
        }).ToList();
    }

    static List<string> Strings(Dictionary<string, object> request, string name)
    {
        return request.ContainsKey(name) ? ((List<object>)request[name]).Cast<string>().ToList() : new List<string>();
    }
}

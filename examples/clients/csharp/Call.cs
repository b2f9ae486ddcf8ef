// Asks the gateway once. The environment says what; ../README.md lists the variables.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

static class Call
{
    static void Main()
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        // Amounts have a point, in a Ukrainian locale, too.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var code = 0;
        try
        {
            using (var client = Client())
                Run(client);
        }
        catch (EpochtaException error)
        {
            Console.Error.WriteLine("{0}: {1}", error.Word, error.Message);
            code = 1;
        }
        // Mono may hang if Main returns after a request. This does not.
        Environment.Exit(code);
    }

    static EpochtaClient Client()
    {
        return new EpochtaClient(
            Setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
            Setting("EPOCHTA_USERNAME", "demo"),
            Setting("EPOCHTA_PASSWORD", "demo"),
            TimeSpan.FromSeconds(double.Parse(Setting("EPOCHTA_TIMEOUT", "10"))));
    }

    static void Run(EpochtaClient client)
    {
        var sender = Setting("EPOCHTA_SENDER", "Demo");
        var text = Setting("EPOCHTA_TEXT", "Ваш код: 4711 & спасибо <3 +1 🙂");

        var operation = Setting("EPOCHTA_OPERATION", "send");
        switch (operation)
        {
            case "send":
                Send(client, sender, text, Recipients());
                break;
            case "price":
                Console.WriteLine("credits {0}", client.Price(sender, text, Recipients()));
                break;
            case "status":
                foreach (var report in client.Status(List("EPOCHTA_ID", "")))
                    Console.WriteLine(Describe(report));
                break;
            case "balance":
                Console.WriteLine("credits {0}", client.Balance());
                break;
            case "credit-price":
                Console.WriteLine("price {0}", client.CreditPrice());
                break;
            default:
                throw new EpochtaException("INVALID_INPUT", "EPOCHTA_OPERATION: there is no " + operation);
        }
    }

    static void Send(EpochtaClient client, string sender, string text, List<Recipient> recipients)
    {
        var ids = string.Join(",", recipients.Select(recipient => recipient.Id));
        try
        {
            var accepted = client.Send(sender, text, recipients);
            Console.WriteLine("accepted {0}, credits {1}, id {2}", accepted.Recipients, accepted.Credits, ids);
        }
        catch (EpochtaException error) when (error.Unknown)
        {
            throw new EpochtaException(
                error.Word, error.Message + "; ask GETSTATUS for " + ids + " before sending again");
        }
    }

    static string Describe(Report report)
    {
        var status = report.Status == "0" ? "waiting" : report.Status;
        return string.Join(" ", new[] { report.Id, status, report.Sent, report.Done }.Where(word => word != null));
    }

    /// <summary>Each message gets an id of its own: without one nobody can ask what became of it.</summary>
    static List<Recipient> Recipients()
    {
        var ids = List("EPOCHTA_ID", "");
        return List("EPOCHTA_TO", "380501234567").Select((number, index) => new Recipient
        {
            Number = number,
            Id = index < ids.Length ? ids[index] : "csharp-" + Guid.NewGuid(),
        }).ToList();
    }

    static string[] List(string name, string otherwise)
    {
        return Setting(name, otherwise).Split(new[] { ',' }, StringSplitOptions.RemoveEmptyEntries);
    }

    static string Setting(string name, string otherwise)
    {
        return Environment.GetEnvironmentVariable(name) ?? otherwise;
    }
}

// Prices, sends and follows one SMS. What Escaped.cs and Unescaped.cs share: everything but the
// client and the text.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;

static class Epochta
{
    public static readonly string Url = Setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php");
    public static readonly string Username = Setting("EPOCHTA_USERNAME", "demo");
    public static readonly string Password = Setting("EPOCHTA_PASSWORD", "demo");
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    static readonly string To = Setting("EPOCHTA_TO", "380501234567");

    static readonly HashSet<string> Final = new HashSet<string>
    {
        "DELIVERED",
        "NOT_DELIVERED",
        "NOT_ALLOWED",
        "INVALID_DESTINATION_ADDRESS",
        "INVALID_SOURCE_ADDRESS",
        "NOT_ENOUGH_CREDITS",
    };

    /// <summary>Something went otherwise than it should.</summary>
    class Unexpected : Exception
    {
        public Unexpected(string message) : base(message) { }
    }

    /// <summary>Does everything, and ends the program.</summary>
    public static void Run(string name, string text, EpochtaClient client)
    {
        // Amounts have a point, in a Ukrainian locale, too.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var code = 0;
        try
        {
            using (client)
                Steps(text, client);
        }
        catch (Exception error) when (error is EpochtaException || error is Unexpected)
        {
            Console.Error.WriteLine("{0}: {1}", name, error.Message);
            code = 1;
        }
        // Mono may hang if Main returns after a request. This does not.
        Environment.Exit(code);
    }

    static void Steps(string text, EpochtaClient client)
    {
        Console.WriteLine("credit price: {0} USD", client.CreditPrice());

        var before = client.Balance();
        Console.WriteLine("balance: {0}", before);

        // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
        // gets the rows of both messages.
        var id = "csharp-" + Guid.NewGuid();
        var recipients = new[] { new Recipient { Number = To, Id = id } };
        var price = client.Price("Demo", text, recipients);
        Console.WriteLine("price: {0} credits", price);

        decimal charge;
        try
        {
            charge = client.Send("Demo", text, recipients).Credits;
        }
        catch (EpochtaException error) when (error.Unknown)
        {
            // Never repeat SEND blindly: it may have arrived although the answer did not, and
            // the customer pays twice. Ask GETSTATUS first; no row means not sent.
            throw new Unexpected(error.Message + "; ask GETSTATUS for " + id + " before sending again");
        }
        Console.WriteLine("sent: {0} for {1} credits", id, charge);

        var report = WaitForFinal(client, id);
        Console.WriteLine("status: {0} at {1}", report.Status, report.Done);

        var after = client.Balance();
        Console.WriteLine("balance: {0}", after);

        if (report.Status != "DELIVERED")
            throw new Unexpected("the message ended as " + report.Status);
        var spent = before - after;
        if (spent != charge || spent != price)
            throw new Unexpected(string.Format(
                "the sums differ: balance {0} - {1}, charge {2}, price {3}", before, after, charge, price));
    }

    /// <summary>Polls GETSTATUS until the status is final.</summary>
    static Report WaitForFinal(EpochtaClient client, string id)
    {
        var deadline = DateTime.UtcNow.AddSeconds(15);
        while (true)
        {
            // No row: the gateway does not know the id. Status 0: not handed over yet.
            var report = client.Status(new[] { id }).FirstOrDefault();
            if (report != null && Final.Contains(report.Status))
                return report;
            if (DateTime.UtcNow > deadline)
                throw new Unexpected("no final status of " + id + " within 15 s, the last one is "
                    + (report == null ? "unknown" : report.Status));
            Thread.Sleep(300);
        }
    }

    static string Setting(string name, string otherwise)
    {
        var value = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }
}

// Transport: HttpWebRequest, the document as it is under the label of a form, as the vendor's
// own C# sample and its many copies do. See Escaped.cs for the right way.
//
// Nothing is percent-encoded, so the gateway decodes what was never encoded: + becomes a
// blank, & ends the field (the rest of the document is gone: XML_ERROR), and %41 becomes A.
// Escaping the XML does not help, because &amp; begins with an &. What holds none of the
// three gets through, Cyrillic and emoji included; that is why nobody noticed for years.

using System;
using System.IO;
using System.Net;
using System.Text;

static class Unescaped
{
    static int Main()
    {
        return Epochta.Run("Unescaped.cs", "Ваш код: 4711, спасибо 🙂", Post);
    }

    static string Post(string document)
    {
        // Better no message than a mangled one.
        if (document.IndexOfAny(new[] { '&', '+', '%' }) >= 0)
            throw new Epochta.Failed("text, number, login or password holds one of & < > \" ' + %: use Escaped.cs");

        var request = (HttpWebRequest)WebRequest.Create(Epochta.Url);
        request.Method = "POST";
        request.ContentType = "application/x-www-form-urlencoded";
        // .NET's default: send the head with "Expect: 100-continue", then wait for the
        // gateway's "100 Continue" before the body follows.
        request.ServicePoint.Expect100Continue = true;
        // The default is 100 s. ReadWriteTimeout is another one, for the body: 5 minutes.
        request.Timeout = 10000;
        request.ReadWriteTimeout = 10000;

        var body = Encoding.UTF8.GetBytes("XML=" + document);
        request.ContentLength = body.Length;
        using (var stream = request.GetRequestStream())
            stream.Write(body, 0, body.Length);

        using (var response = request.GetResponse())
        using (var reader = new StreamReader(response.GetResponseStream(), Encoding.UTF8))
            return reader.ReadToEnd();
    }
}

// Transport: the document as it is under the label of a form, as the vendor's own C# sample and
// its many copies do. See Escaped.cs for the right way.
//
// Nothing is percent-encoded, so the gateway decodes what was never encoded: + becomes a
// blank, & ends the field (the rest of the document is gone: XML_ERROR), and %41 becomes A.
// Escaping the XML does not help, because &amp; begins with an &. What holds none of the
// three gets through, Cyrillic and emoji included; that is why nobody noticed for years.

using System.Net;

static class Unescaped
{
    static void Main()
    {
        Epochta.Run("Unescaped.cs", "Ваш код: 4711, спасибо 🙂", new UnescapedClient());
    }

    class UnescapedClient : EpochtaClient
    {
        public UnescapedClient() : base(Epochta.Url, Epochta.Username, Epochta.Password, Epochta.Limit) { }

        protected override string Encode(string document)
        {
            // Better no message than a mangled one.
            if (document.IndexOfAny(new[] { '&', '+', '%' }) >= 0)
                throw new EpochtaException(
                    "INVALID_INPUT", "text, number, login or password holds one of & < > + %: use Escaped.cs");
            return "XML=" + document;
        }

        protected override void Prepare(HttpWebRequest request)
        {
            base.Prepare(request);
            // .NET's default: send the head with "Expect: 100-continue", then wait for the
            // gateway's "100 Continue" before the body follows.
            request.ServicePoint.Expect100Continue = true;
        }
    }
}

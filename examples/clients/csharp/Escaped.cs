// Transport: WebClient.UploadValues, which percent-encodes the field. Every character gets
// through; compare Unescaped.cs.

using System;
using System.Collections.Specialized;
using System.Net;
using System.Text;

static class Escaped
{
    static int Main()
    {
        return Epochta.Run("Escaped.cs", "Ваш код: 4711 & спасибо <3 +1 🙂", Post);
    }

    static string Post(string document)
    {
        using (var client = new ImpatientClient())
        {
            var reply = client.UploadValues(Epochta.Url, new NameValueCollection { { "XML", document } });
            return Encoding.UTF8.GetString(reply);
        }
    }

    /// <summary>A WebClient waits for 100 s and has no property for that.</summary>
    class ImpatientClient : WebClient
    {
        protected override WebRequest GetWebRequest(Uri address)
        {
            var request = base.GetWebRequest(address);
            request.Timeout = 10000;
            return request;
        }
    }
}

// The client as it is: a percent-encoded form. Every character gets through; compare Unescaped.cs.

static class Escaped
{
    static int Main()
    {
        using (var client = new EpochtaClient(Epochta.Url, Epochta.Username, Epochta.Password, Epochta.Limit))
            return Epochta.Run("Escaped.cs", "Ваш код: 4711 & спасибо <3 +1 🙂", client);
    }
}

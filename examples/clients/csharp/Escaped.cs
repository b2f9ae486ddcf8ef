// The client as it is: a percent-encoded form. Every character gets through; compare Unescaped.cs.

static class Escaped
{
    static void Main()
    {
        var client = new EpochtaClient(Epochta.Url, Epochta.Username, Epochta.Password, Epochta.Limit);
        Epochta.Run("Escaped.cs", "Ваш код: 4711 & спасибо <3 +1 🙂", client);
    }
}

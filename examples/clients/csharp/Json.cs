using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// JSON for Adapter.cs, since the packages of mono-mcs have none. A project would take
/// System.Text.Json or Json.NET.
/// </summary>
sealed class Json
{
    static readonly Regex Number = new Regex(@"\G-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?");

    readonly string text;
    int at;

    Json(string text)
    {
        this.text = text;
    }

    /// <summary>Returns a Dictionary, a List, a string, a decimal, a bool or null.</summary>
    public static object Read(string text)
    {
        var json = new Json(text);
        var value = json.Value();
        if (json.Peek() != '\0')
            throw json.Wrong();
        return value;
    }

    /// <summary>Writes what Read returns, and whole numbers.</summary>
    public static string Write(object value)
    {
        if (value == null)
            return "null";
        if (value is string)
            return Quoted((string)value);
        if (value is bool)
            return (bool)value ? "true" : "false";
        if (value is Dictionary<string, object>)
            return "{" + string.Join(",", ((Dictionary<string, object>)value).Select(Member)) + "}";
        if (value is IEnumerable)
            return "[" + string.Join(",", ((IEnumerable)value).Cast<object>().Select(Write)) + "]";
        return Convert.ToString(value, CultureInfo.InvariantCulture);
    }

    static string Member(KeyValuePair<string, object> member)
    {
        return Quoted(member.Key) + ":" + Write(member.Value);
    }

    static string Quoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var unit in value)
        {
            // Half of a surrogate pair has no UTF-8; as an escape each of the two gets through.
            if (unit < ' ' || unit == '"' || unit == '\\' || char.IsSurrogate(unit))
                quoted.AppendFormat("\\u{0:x4}", (int)unit);
            else
                quoted.Append(unit);
        }
        return quoted.Append('"').ToString();
    }

    object Value()
    {
        switch (Peek())
        {
            case '{': return Object();
            case '[': return Array();
            case '"': return String();
            case 't': return Word("true", true);
            case 'f': return Word("false", false);
            case 'n': return Word("null", null);
            default: return Decimal();
        }
    }

    Dictionary<string, object> Object()
    {
        var members = new Dictionary<string, object>();
        Expect('{');
        if (Peek() != '}')
        {
            do
            {
                var name = String();
                Expect(':');
                members[name] = Value();
            }
            while (Another());
        }
        Expect('}');
        return members;
    }

    List<object> Array()
    {
        var items = new List<object>();
        Expect('[');
        if (Peek() != ']')
        {
            do
                items.Add(Value());
            while (Another());
        }
        Expect(']');
        return items;
    }

    string String()
    {
        var value = new StringBuilder();
        Expect('"');
        while (true)
        {
            var unit = Next();
            if (unit == '"')
                return value.ToString();
            if (unit < ' ')
                throw Wrong();
            value.Append(unit == '\\' ? Escape() : unit);
        }
    }

    char Escape()
    {
        var letter = Next();
        switch (letter)
        {
            case '"':
            case '\\':
            case '/': return letter;
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u':
                // Half of a surrogate pair is a char of its own, for .NET as for JSON.
                var digits = new string(new[] { Next(), Next(), Next(), Next() });
                ushort unit;
                if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out unit))
                    throw Wrong();
                return (char)unit;
            default: throw Wrong();
        }
    }

    decimal Decimal()
    {
        var number = Number.Match(text, at);
        if (!number.Success)
            throw Wrong();
        at += number.Length;
        return decimal.Parse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    object Word(string word, object value)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            throw Wrong();
        at += word.Length;
        return value;
    }

    /// <summary>Skips blanks; NUL stands for the end.</summary>
    char Peek()
    {
        while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0)
            at++;
        return at < text.Length ? text[at] : '\0';
    }

    bool Another()
    {
        var comma = Peek() == ',';
        if (comma)
            at++;
        return comma;
    }

    void Expect(char wanted)
    {
        if (Peek() != wanted)
            throw Wrong();
        at++;
    }

    char Next()
    {
        if (at == text.Length)
            throw Wrong();
        return text[at++];
    }

    FormatException Wrong()
    {
        return new FormatException("no JSON, at character " + at);
    }
}

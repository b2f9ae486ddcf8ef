import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON for Adapter.java, since Java has none. A project would take Jackson or Gson. */
final class Json {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Returns a Map, a List, a String, a BigDecimal, a Boolean or null. */
    static Object read(String text) {
        var json = new Json(text);
        Object value = json.value();
        if (json.peek() != '\0') {
            throw json.wrong();
        }
        return value;
    }

    /** Writes what {@link #read} returns, and whole numbers. */
    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            var members = new StringJoiner(",", "{", "}");
            map.forEach((name, member) -> members.add(write(name) + ":" + write(member)));
            return members.toString();
        }
        if (value instanceof List<?> list) {
            var items = new StringJoiner(",", "[", "]");
            list.forEach(item -> items.add(write(item)));
            return items.toString();
        }
        return value instanceof String string ? quoted(string) : String.valueOf(value);
    }

    private static String quoted(String string) {
        var quoted = new StringBuilder("\"");
        for (char unit : string.toCharArray()) {
            // Half of a surrogate pair has no UTF-8; as an escape each of the two gets through.
            if (unit < ' ' || unit == '"' || unit == '\\' || Character.isSurrogate(unit)) {
                quoted.append(String.format("\\u%04x", (int) unit));
            } else {
                quoted.append(unit);
            }
        }
        return quoted.append('"').toString();
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        var members = new LinkedHashMap<String, Object>();
        expect('{');
        if (peek() != '}') {
            do {
                peek();
                String name = string();
                expect(':');
                members.put(name, value());
            } while (another());
        }
        expect('}');
        return members;
    }

    private List<Object> array() {
        var items = new ArrayList<>();
        expect('[');
        if (peek() != ']') {
            do {
                items.add(value());
            } while (another());
        }
        expect(']');
        return items;
    }

    private String string() {
        var string = new StringBuilder();
        expect('"');
        while (true) {
            char unit = next();
            if (unit == '"') {
                return string.toString();
            }
            if (unit < ' ') {
                throw wrong();
            }
            string.append(unit == '\\' ? escape() : unit);
        }
    }

    private char escape() {
        char letter = next();
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                // Half of a surrogate pair is a char of its own, for Java as for JSON.
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(next(), 16);
                    if (digit < 0) {
                        throw wrong();
                    }
                    unit = unit * 16 + digit;
                }
                yield (char) unit;
            }
            default -> throw wrong();
        };
    }

    private BigDecimal number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw wrong();
        }
        at = number.end();
        return new BigDecimal(number.group());
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return value;
    }

    /** Skips blanks; NUL stands for the end. */
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean another() {
        boolean comma = peek() == ',';
        if (comma) {
            at++;
        }
        return comma;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong();
        }
        at++;
    }

    private char next() {
        if (at == text.length()) {
            throw wrong();
        }
        return text.charAt(at++);
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON, at character " + at);
    }
}

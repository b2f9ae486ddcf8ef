import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * A client of the ePochta SMS XML gateway, API 2.0. Copy this file; it needs nothing but Java 17.
 * It may be used by several threads.
 */
public final class Epochta {
    /**
     * One message of a mailing.
     *
     * @param id what {@link #status} asks for: give each message one of its own, and keep it before you send; or null
     * @param variables what stands for %1%, %2%, … in the text
     */
    public record Recipient(String number, String id, List<String> variables) {}

    /** The answer to {@link #send}: how many recipients were accepted, and the credits taken. */
    public record Accepted(int recipients, BigDecimal credits) {}

    /**
     * What became of a message.
     *
     * @param status the gateway's word, "0" for a message that is not handed over yet
     * @param sent a date like 2026-01-02 03:04:05, or null before it has come; {@code done} likewise
     */
    public record Report(String id, String status, String sent, String done) {}

    /** Why an operation failed. */
    public static final class Failure extends Exception {
        /**
         * The gateway's word, its code as text if nobody knows a word for it, or NO_REPLY (no whole reply came),
         * BAD_REPLY (a reply came, and it is not the gateway's) or INVALID_INPUT (the client refused before it asked).
         */
        public final String word;

        Failure(String word, String message) {
            super(message);
            this.word = word;
        }

        /**
         * May the gateway have done what it was asked? Never send again then: ask {@link #status} for the ids first.
         * A row means that the message was accepted.
         */
        public boolean unknown() {
            return word.equals("NO_REPLY") || word.equals("BAD_REPLY");
        }
    }

    private static final Map<Integer, String> WORDS = Map.of(
            -1, "AUTH_FAILED",
            -2, "XML_ERROR",
            -3, "NOT_ENOUGH_CREDITS",
            -4, "NO_RECIPIENTS",
            -5, "INVALID_TEXT",
            -7, "BAD_SENDER_NAME");

    // HTTP/1.1, since the offer of HTTP/2 in a first request bewilders old servers. Other than HttpURLConnection,
    // HttpClient never sends a POST again by itself. It checks certificates, and follows no redirect.
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final String username;
    private final String password;
    private final Duration timeout;

    /** @param timeout for a whole request, from connecting to the last byte of the reply */
    public Epochta(String url, String username, String password, Duration timeout) {
        this.url = URI.create(url);
        this.username = username;
        this.password = password;
        this.timeout = timeout;
    }

    /** Sends the text to all recipients, in one document. */
    public Accepted send(String sender, String text, List<Recipient> recipients) throws Failure {
        Element reply = ask("SEND", mailing(sender, text, recipients), "RESPONSE");
        int accepted = statusOf(reply);
        if (accepted == 0) {
            throw badReply("the gateway accepted nothing, and gave no reason");
        }
        return new Accepted(accepted, amount(reply, "credits"));
    }

    /** How many credits {@link #send} would take. */
    public BigDecimal price(String sender, String text, List<Recipient> recipients) throws Failure {
        return amount(ask("GETPRICE", mailing(sender, text, recipients), "RESPONSE"), "credits");
    }

    /**
     * What became of messages. An id that the gateway does not know has no row, one that was used several times has
     * several.
     */
    public List<Report> status(List<String> ids) throws Failure {
        if (ids.isEmpty()) {
            throw invalid("there are no ids to ask for");
        }
        var asked = new StringBuilder();
        for (String id : ids) {
            asked.append("<messageid>").append(escape(id)).append("</messageid>");
        }
        Element reply = ask("GETSTATUS", "<statistics>" + asked + "</statistics>", "deliveryreport");
        var reports = new ArrayList<Report>();
        for (Element row : children(reply, "message")) {
            String id = row.getAttribute("id");
            String status = row.getAttribute("status").strip();
            if (id.isEmpty() || status.isEmpty()) {
                throw badReply("a row of the report has no id or no status");
            }
            reports.add(new Report(id, status, date(row, "sentdate"), date(row, "donedate")));
        }
        return reports;
    }

    /** How many credits the account has. */
    public BigDecimal balance() throws Failure {
        return amount(ask("BALANCE", "", "RESPONSE"), "credits");
    }

    /** What a credit costs, in US dollars. */
    public BigDecimal creditPrice() throws Failure {
        return amount(ask("CREDITPRICE", "", "RESPONSE"), "price");
    }

    /** What SEND and GETPRICE have in common. */
    private static String mailing(String sender, String text, List<Recipient> recipients) throws Failure {
        if (text.isEmpty()) {
            throw invalid("the text is empty");
        }
        if (recipients.isEmpty()) {
            throw invalid("there are no recipients");
        }
        var numbers = new StringBuilder();
        for (Recipient recipient : recipients) {
            numbers.append("<number");
            if (recipient.id() != null && !recipient.id().isEmpty()) {
                numbers.append(" messageID=\"").append(escape(recipient.id())).append('"');
            }
            if (!recipient.variables().isEmpty()) {
                numbers.append(" variables=\"");
                for (String value : recipient.variables()) {
                    if (value.contains(";")) {
                        throw invalid("a variable holds a semicolon, which ends variables: " + value);
                    }
                    numbers.append(escape(value)).append(';');
                }
                numbers.append('"');
            }
            numbers.append('>').append(escape(recipient.number())).append("</number>");
        }
        return "<message><sender>" + escape(sender) + "</sender><text>" + escape(text) + "</text></message>"
                + "<numbers>" + numbers + "</numbers>";
    }

    /**
     * Escapes for elements and for attributes. XMLStreamWriter is no help: it leaves carriage returns, of which a
     * reader makes line feeds, line feeds and tabs in attributes, of which it makes blanks, and what XML cannot hold.
     */
    private static String escape(String value) throws Failure {
        var escaped = new StringBuilder();
        for (int character : value.codePoints().toArray()) {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;"); // Only ]]> must not stand in a text.
                case '"', '\t', '\n', '\r' -> escaped.append("&#").append(character).append(';');
                default -> {
                    // Controls, halves of surrogate pairs, and two that are no characters.
                    if (character < ' ' || character >= 0xD800 && character <= 0xDFFF
                            || character == 0xFFFE || character == 0xFFFF) {
                        throw invalid(String.format("XML cannot hold U+%04X", character));
                    }
                    escaped.appendCodePoint(character);
                }
            }
        }
        return escaped.toString();
    }

    /** Posts a document and returns the root of the reply, if it is a success and the one that is wanted. */
    private Element ask(String operation, String more, String root) throws Failure {
        // The vendor's document says "authentication"; every client in use says "authentification".
        Element reply = parse(post("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n"
                + "<operations><operation>" + operation + "</operation></operations>\n"
                + "<authentification><username>" + escape(username) + "</username>"
                + "<password>" + escape(password) + "</password></authentification>\n"
                + more + "\n</SMS>\n"));
        String name = reply.getTagName();
        // Errors arrive in HTTP 200, as a negative status, whatever was asked.
        if (name.equals("RESPONSE") && statusOf(reply) < 0) {
            throw refusal(statusOf(reply));
        }
        if (!name.equals(root)) {
            throw badReply("the reply is a <" + name + ">, not a <" + root + ">");
        }
        return reply;
    }

    /** Returns the body of the reply. */
    private byte[] post(String document) throws Failure {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                // In a form a bare + would arrive as a blank, and a bare & would end the field.
                .POST(HttpRequest.BodyPublishers.ofString("XML=" + URLEncoder.encode(document, StandardCharsets.UTF_8)))
                .build();
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            // HttpRequest has a time-out, too, but that one ends with the head of the reply.
            HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw badReply("HTTP " + response.statusCode());
            }
            return response.body();
        } catch (ExecutionException error) {
            // Some of these exceptions have no message, so say what they are.
            throw noReply(error.getCause().toString());
        } catch (TimeoutException error) {
            throw noReply("nothing whole within " + timeout.toMillis() + " ms");
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw noReply("interrupted");
        } finally {
            exchange.cancel(true); // Closes the connection, if the reply is still on its way.
        }
    }

    private static Element parse(byte[] body) throws Failure {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null); // It would print to stderr; the exception says it all.
            int start = beginning(body);
            return builder.parse(new ByteArrayInputStream(body, start, body.length - start)).getDocumentElement();
        } catch (SAXException | IOException error) {
            throw badReply("the reply is not XML: " + error.getMessage());
        } catch (ParserConfigurationException error) {
            throw new IllegalStateException(error);
        }
    }

    /** A script may print blank lines, or a byte order mark, before the declaration; strictly, XML begins with it. */
    private static int beginning(byte[] body) {
        int start = 0;
        while (start < body.length && "\u00EF\u00BB\u00BF \t\r\n".indexOf(body[start] & 0xFF) >= 0) {
            start++;
        }
        return start;
    }

    /** Those right below; getElementsByTagName would look deeper, too. */
    private static List<Element> children(Element parent, String name) {
        var children = new ArrayList<Element>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child && child.getTagName().equals(name)) {
                children.add(child);
            }
        }
        return children;
    }

    private static String textOf(Element reply, String name) {
        return children(reply, name).stream().findFirst().map(child -> child.getTextContent().strip()).orElse("");
    }

    private static int statusOf(Element reply) throws Failure {
        try {
            return Integer.parseInt(textOf(reply, "status"));
        } catch (NumberFormatException error) {
            throw badReply("the status of the reply is no number");
        }
    }

    private static BigDecimal amount(Element reply, String name) throws Failure {
        String value = textOf(reply, name);
        if (!value.matches("-?[0-9]+(\\.[0-9]+)?")) {
            throw badReply("the <" + name + "> of the reply is no amount: " + value);
        }
        return new BigDecimal(value);
    }

    private static String date(Element row, String name) {
        String value = row.getAttribute(name).strip();
        return value.isEmpty() || value.equals("0000-00-00 00:00:00") ? null : value;
    }

    private static Failure refusal(int code) {
        String word = WORDS.get(code);
        return word == null
                ? new Failure(Integer.toString(code), "the gateway answered an unknown error (" + code + ")")
                : new Failure(word, "the gateway answered " + word + " (" + code + ")");
    }

    private static Failure noReply(String message) {
        return new Failure("NO_REPLY", "no usable reply: " + message);
    }

    private static Failure badReply(String message) {
        return new Failure("BAD_REPLY", "no usable reply: " + message);
    }

    private static Failure invalid(String message) {
        return new Failure("INVALID_INPUT", message);
    }
}

// Price, send and follow one SMS. Transport: a percent-encoded form, java.net.http.
// Java 11 or newer, no build: java -Dfile.encoding=UTF-8 Send.java
// (Up to Java 17 the option is what makes the Cyrillic text in here survive in any locale.)

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

public class Send {
    static final String URL = setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php");
    static final String USERNAME = setting("EPOCHTA_USERNAME", "demo");
    static final String PASSWORD = setting("EPOCHTA_PASSWORD", "demo");
    static final String TO = setting("EPOCHTA_TO", "380501234567");
    static final String TEXT = "Ваш код: 4711 & спасибо <3 +1 🙂";

    static final Map<Integer, String> ERRORS = Map.of(
            -1, "AUTH_FAILED",
            -2, "XML_ERROR",
            -3, "NOT_ENOUGH_CREDITS",
            -4, "NO_RECIPIENTS",
            -5, "INVALID_TEXT",
            -7, "BAD_SENDER_NAME");
    static final Set<String> FINAL = Set.of(
            "DELIVERED",
            "NOT_DELIVERED",
            "NOT_ALLOWED",
            "INVALID_DESTINATION_ADDRESS",
            "INVALID_SOURCE_ADDRESS",
            "NOT_ENOUGH_CREDITS");

    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** The gateway refused the request, or the outcome is not what it should be. */
    static class Failed extends Exception {
        Failed(String message) {
            super(message);
        }
    }

    public static void main(String[] args) throws XMLStreamException, InterruptedException {
        try {
            run();
        } catch (Failed | IOException error) {
            System.err.println("Send.java: " + error.getMessage());
            System.exit(1);
        }
    }

    static void run() throws Failed, IOException, XMLStreamException, InterruptedException {
        System.out.println("credit price: " + text(call(document("CREDITPRICE", null)), "price") + " USD");

        BigDecimal before = credits(call(document("BALANCE", null)));
        System.out.println("balance: " + before);

        // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
        // gets the rows of both messages.
        String id = "java-" + UUID.randomUUID();
        BigDecimal price = credits(call(document("GETPRICE", id)));
        System.out.println("price: " + price + " credits");

        BigDecimal charge;
        try {
            charge = credits(call(document("SEND", id)));
        } catch (IOException error) {
            // Never repeat SEND blindly: it may have arrived although the answer did not, and
            // the customer pays twice. Ask GETSTATUS first; no row means not sent.
            throw new Failed(error.getMessage() + "; ask GETSTATUS for " + id + " before sending again");
        }
        System.out.println("sent: " + id + " for " + charge + " credits");

        Element row = waitForFinal(id);
        String status = row.getAttribute("status");
        System.out.println("status: " + status + " at " + row.getAttribute("donedate"));

        BigDecimal after = credits(call(document("BALANCE", null)));
        System.out.println("balance: " + after);

        if (!status.equals("DELIVERED")) {
            throw new Failed("the message ended as " + status);
        }
        // compareTo, because 1.5 does not equal 1.50 for a BigDecimal.
        BigDecimal spent = before.subtract(after);
        if (spent.compareTo(charge) != 0 || spent.compareTo(price) != 0) {
            throw new Failed("the sums differ: balance " + before + " - " + after
                    + ", charge " + charge + ", price " + price);
        }
    }

    /** Polls GETSTATUS and returns the final row of the report. */
    static Element waitForFinal(String id) throws Failed, IOException, XMLStreamException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (true) {
            // No row: the gateway does not know the id. Status 0: not handed over yet.
            Element row = (Element) call(document("GETSTATUS", id)).getElementsByTagName("message").item(0);
            String status = row == null ? "unknown" : row.getAttribute("status");
            if (FINAL.contains(status)) {
                return row;
            }
            if (System.nanoTime() > deadline) {
                throw new Failed("no final status of " + id + " within 15 s, the last one is " + status);
            }
            Thread.sleep(300);
        }
    }

    /** The document of an operation; BALANCE and CREDITPRICE need no id. */
    static String document(String operation, String id) throws XMLStreamException {
        // The writer escapes. A document glued together from strings breaks with the first
        // password that holds an &.
        StringWriter out = new StringWriter();
        XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("SMS");
        xml.writeStartElement("operations");
        element(xml, "operation", operation);
        xml.writeEndElement();
        // The vendor's document says "authentication"; every client in use says this.
        xml.writeStartElement("authentification");
        element(xml, "username", USERNAME);
        element(xml, "password", PASSWORD);
        xml.writeEndElement();
        if (operation.equals("GETSTATUS")) {
            xml.writeStartElement("statistics");
            element(xml, "messageid", id);
            xml.writeEndElement();
        } else if (id != null) {
            // SEND and GETPRICE take the same document.
            xml.writeStartElement("message");
            element(xml, "sender", "Demo");
            element(xml, "text", TEXT);
            xml.writeEndElement();
            xml.writeStartElement("numbers");
            xml.writeStartElement("number");
            xml.writeAttribute("messageID", id);
            xml.writeCharacters(TO);
            xml.writeEndElement();
            xml.writeEndElement();
        }
        xml.writeEndDocument();
        return out.toString();
    }

    static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(text);
        xml.writeEndElement();
    }

    /** Posts a document and returns the root of the reply. No usable reply is an IOException. */
    static Element call(String document) throws Failed, IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(URL))
                .timeout(Duration.ofSeconds(10)) // Without it the client waits for ever.
                .header("Content-Type", "application/x-www-form-urlencoded")
                // In a form a bare + would arrive as a blank, a bare & would end the field.
                .POST(HttpRequest.BodyPublishers.ofString(
                        "XML=" + URLEncoder.encode(document, StandardCharsets.UTF_8)))
                .build();
        HttpResponse<String> response;
        try {
            response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException error) {
            // Some of these exceptions have no message, so print what they are.
            throw new IOException("no usable reply: " + error, error);
        }
        if (response.statusCode() != 200) {
            throw new IOException("no usable reply: HTTP " + response.statusCode());
        }
        Element reply = parse(response.body());
        // Errors arrive in HTTP 200, as a negative status. A delivery report has no status.
        int status = reply.getTagName().equals("RESPONSE") ? Integer.parseInt(text(reply, "status")) : 0;
        if (status < 0) {
            throw new Failed("the gateway answered "
                    + ERRORS.getOrDefault(status, "an unknown error") + " (" + status + ")");
        }
        return reply;
    }

    static Element parse(String body) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null); // It would print to stderr; the exception says it all.
            Element root = builder.parse(new InputSource(new StringReader(body))).getDocumentElement();
            if (!Set.of("RESPONSE", "deliveryreport").contains(root.getTagName())) {
                throw new IOException("the reply is a <" + root.getTagName() + ">, not one of the gateway's");
            }
            return root;
        } catch (SAXException | ParserConfigurationException error) {
            throw new IOException("the reply is not XML: " + error.getMessage(), error);
        }
    }

    static String text(Element reply, String name) throws IOException {
        if (reply.getElementsByTagName(name).getLength() == 0) {
            throw new IOException("the reply has no <" + name + ">");
        }
        return reply.getElementsByTagName(name).item(0).getTextContent();
    }

    static BigDecimal credits(Element reply) throws IOException {
        return new BigDecimal(text(reply, "credits"));
    }

    static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}

// One SEND with Java's HttpClient; one line of what came of it. java Client.java URL DOCUMENT

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.SAXException;

public class Client {
    public static void main(String[] arguments) throws Exception {
        String form = "XML=" + URLEncoder.encode(arguments[1], StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[0]))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(2))
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
        // As a string, so that the charset of the header counts, as in most programs.
        HttpResponse.BodyHandler<String> string = HttpResponse.BodyHandlers.ofString();
        try {
            HttpResponse<String> reply = HttpClient.newHttpClient().send(request, string);
            System.out.println(reply.statusCode() + ", " + read(reply.body()));
        } catch (Exception error) {
            System.out.println(error.getClass().getSimpleName() + ": " + error.getMessage());
        }
        System.exit(0);
    }

    private static String read(String body) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setErrorHandler(null);
        try {
            var document = builder.parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
            var status = document.getElementsByTagName("status").item(0);
            return status == null ? "no status" : "status " + status.getTextContent();
        } catch (SAXException error) {
            return "no XML: " + error.getMessage();
        }
    }
}

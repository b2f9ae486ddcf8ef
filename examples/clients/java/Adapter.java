import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Does what each line of stdin says, and writes a line to stdout, both JSON: the protocol of the kit's CLIENTS.md, by
 * which it judges a client.
 */
final class Adapter {
    public static void main(String[] args) throws IOException {
        // Line by line as bytes, so that a line that is not UTF-8 is refused, and not replaced by U+FFFD.
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.ISO_8859_1));
        var output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.println(Json.write(answer(line.getBytes(StandardCharsets.ISO_8859_1))));
        }
    }

    private static Map<String, Object> answer(byte[] line) {
        var answer = new LinkedHashMap<String, Object>();
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
            answer.put("ok", true);
            answer.putAll(perform((Map<?, ?>) Json.read(text)));
        } catch (Epochta.Failure failure) {
            return failed(failure.word, failure);
        } catch (IOException | RuntimeException error) { // No UTF-8, no JSON, something missing or of another type.
            return failed("INVALID_INPUT", error);
        }
        return answer;
    }

    private static Map<String, Object> failed(String word, Exception error) {
        return Map.of("ok", false, "error", word, "message", String.valueOf(error.getMessage()));
    }

    private static Map<String, Object> perform(Map<?, ?> request) throws Epochta.Failure {
        BigDecimal milliseconds = ((BigDecimal) request.get("timeout")).movePointRight(3);
        var client = new Epochta((String) request.get("url"), (String) request.get("username"),
                (String) request.get("password"), Duration.ofMillis(milliseconds.longValue()));
        String sender = (String) request.get("sender");
        String text = (String) request.get("text");
        switch ((String) request.get("op")) {
            case "send": {
                Epochta.Accepted accepted = client.send(sender, text, recipients(request));
                return Map.of("accepted", accepted.recipients(), "credits", accepted.credits().toPlainString());
            }
            case "price":
                return Map.of("credits", client.price(sender, text, recipients(request)).toPlainString());
            case "status":
                List<Epochta.Report> reports = client.status(strings(request.get("ids")));
                return Map.of("messages", reports.stream().map(Adapter::row).toList());
            case "balance":
                return Map.of("credits", client.balance().toPlainString());
            case "credit_price":
                return Map.of("price", client.creditPrice().toPlainString());
            default:
                throw new IllegalArgumentException("there is no such operation");
        }
    }

    private static List<Epochta.Recipient> recipients(Map<?, ?> request) {
        var recipients = new ArrayList<Epochta.Recipient>();
        for (Object item : (List<?>) request.get("to")) {
            var to = (Map<?, ?>) item;
            recipients.add(new Epochta.Recipient(
                    (String) to.get("number"), (String) to.get("id"), strings(to.get("variables"))));
        }
        return recipients;
    }

    private static List<String> strings(Object list) {
        return list == null ? List.of() : ((List<?>) list).stream().map(String.class::cast).toList();
    }

    private static Map<String, Object> row(Epochta.Report report) {
        var row = new LinkedHashMap<String, Object>(); // Map.of takes no null.
        row.put("id", report.id());
        row.put("status", report.status());
        row.put("sent", report.sent());
        row.put("done", report.done());
        return row;
    }
}

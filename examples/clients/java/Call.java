import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks the gateway once. The environment says what; ../README.md lists the variables. */
final class Call {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) {
        try {
            run();
        } catch (Epochta.Failure failure) {
            var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
            err.println(failure.word + ": " + failure.getMessage());
            System.exit(1);
        }
    }

    private static void run() throws Epochta.Failure {
        BigDecimal seconds = new BigDecimal(setting("EPOCHTA_TIMEOUT", "10"));
        var client = new Epochta(
                setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
                setting("EPOCHTA_USERNAME", "demo"),
                setting("EPOCHTA_PASSWORD", "demo"),
                Duration.ofMillis(seconds.movePointRight(3).longValue()));
        String sender = setting("EPOCHTA_SENDER", "Demo");
        String text = setting("EPOCHTA_TEXT", "Ваш код: 4711 & спасибо <3 +1 🙂");

        String operation = setting("EPOCHTA_OPERATION", "send");
        switch (operation) {
            case "send" -> send(client, sender, text, recipients());
            case "price" -> OUT.println("credits " + client.price(sender, text, recipients()));
            case "status" -> client.status(list("EPOCHTA_ID", "")).forEach(report -> OUT.println(describe(report)));
            case "balance" -> OUT.println("credits " + client.balance());
            case "credit-price" -> OUT.println("price " + client.creditPrice());
            default -> throw new Epochta.Failure("INVALID_INPUT", "EPOCHTA_OPERATION: there is no " + operation);
        }
    }

    private static void send(Epochta client, String sender, String text, List<Epochta.Recipient> recipients)
            throws Epochta.Failure {
        String ids = recipients.stream().map(Epochta.Recipient::id).collect(Collectors.joining(","));
        try {
            Epochta.Accepted accepted = client.send(sender, text, recipients);
            OUT.println("accepted " + accepted.recipients() + ", credits " + accepted.credits() + ", id " + ids);
        } catch (Epochta.Failure failure) {
            throw failure.unknown()
                    ? new Epochta.Failure(
                            failure.word, failure.getMessage() + "; ask GETSTATUS for " + ids + " before sending again")
                    : failure;
        }
    }

    private static String describe(Epochta.Report report) {
        String status = report.status().equals("0") ? "waiting" : report.status();
        return Stream.of(report.id(), status, report.sent(), report.done())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
    }

    /** Each message gets an id of its own: without one nobody can ask what became of it. */
    private static List<Epochta.Recipient> recipients() {
        List<String> ids = list("EPOCHTA_ID", "");
        var recipients = new ArrayList<Epochta.Recipient>();
        for (String number : list("EPOCHTA_TO", "380501234567")) {
            int i = recipients.size();
            String id = i < ids.size() ? ids.get(i) : "java-" + UUID.randomUUID();
            recipients.add(new Epochta.Recipient(number, id, List.of()));
        }
        return recipients;
    }

    private static List<String> list(String name, String otherwise) {
        return Stream.of(setting(name, otherwise).split(",")).filter(item -> !item.isEmpty()).toList();
    }

    private static String setting(String name, String otherwise) {
        return Objects.requireNonNullElse(System.getenv(name), otherwise);
    }
}

import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Prices, sends and follows one SMS. */
final class Send {
    private static final Set<String> FINAL = Set.of(
            "DELIVERED",
            "NOT_DELIVERED",
            "NOT_ALLOWED",
            "INVALID_DESTINATION_ADDRESS",
            "INVALID_SOURCE_ADDRESS",
            "NOT_ENOUGH_CREDITS");

    /** Something went otherwise than it should. */
    private static final class Unexpected extends Exception {
        Unexpected(String message) {
            super(message);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        var client = new Epochta(
                setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
                setting("EPOCHTA_USERNAME", "demo"),
                setting("EPOCHTA_PASSWORD", "demo"),
                Duration.ofSeconds(10));
        try {
            run(client, setting("EPOCHTA_TO", "380501234567"), "Ваш код: 4711 & спасибо <3 +1 🙂");
        } catch (Epochta.Failure | Unexpected error) {
            new PrintStream(System.err, true, StandardCharsets.UTF_8).println("Send.java: " + error.getMessage());
            System.exit(1);
        }
    }

    private static void run(Epochta client, String number, String text)
            throws Epochta.Failure, Unexpected, InterruptedException {
        System.out.println("credit price: " + client.creditPrice() + " USD");

        BigDecimal before = client.balance();
        System.out.println("balance: " + before);

        // An id of our own, never used before: GETSTATUS answers by it, and an id used twice
        // gets the rows of both messages.
        String id = "java-" + UUID.randomUUID();
        var recipients = List.of(new Epochta.Recipient(number, id, List.of()));
        BigDecimal price = client.price("Demo", text, recipients);
        System.out.println("price: " + price + " credits");

        BigDecimal charge;
        try {
            charge = client.send("Demo", text, recipients).credits();
        } catch (Epochta.Failure failure) {
            if (failure.unknown()) {
                // Never repeat SEND blindly: it may have arrived although the answer did not, and
                // the customer pays twice. Ask GETSTATUS first; no row means not sent.
                throw new Unexpected(failure.getMessage() + "; ask GETSTATUS for " + id + " before sending again");
            }
            throw failure;
        }
        System.out.println("sent: " + id + " for " + charge + " credits");

        Epochta.Report report = waitForFinal(client, id);
        System.out.println("status: " + report.status() + " at " + report.done());

        BigDecimal after = client.balance();
        System.out.println("balance: " + after);

        if (!report.status().equals("DELIVERED")) {
            throw new Unexpected("the message ended as " + report.status());
        }
        // compareTo, because 1.5 does not equal 1.50 for a BigDecimal.
        BigDecimal spent = before.subtract(after);
        if (spent.compareTo(charge) != 0 || spent.compareTo(price) != 0) {
            throw new Unexpected("the sums differ: balance " + before + " - " + after
                    + ", charge " + charge + ", price " + price);
        }
    }

    /** Polls GETSTATUS until the status is final. */
    private static Epochta.Report waitForFinal(Epochta client, String id)
            throws Epochta.Failure, Unexpected, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (true) {
            List<Epochta.Report> reports = client.status(List.of(id));
            if (!reports.isEmpty() && FINAL.contains(reports.get(0).status())) {
                return reports.get(0);
            }
            if (System.nanoTime() - deadline > 0) {
                // No row: the gateway does not know the id. Status 0: not handed over yet.
                String last = reports.isEmpty() ? "unknown" : reports.get(0).status();
                throw new Unexpected("no final status of " + id + " within 15 s, the last one is " + last);
            }
            Thread.sleep(300);
        }
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}

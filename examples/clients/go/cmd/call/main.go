// Command call asks the gateway once. Its environment says what; ../../../README.md lists the variables.
package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"example.com/epochta"
)

func main() {
	if err := run(); err != nil {
		var failure *epochta.Error
		if errors.As(err, &failure) {
			fmt.Fprintf(os.Stderr, "%s: ", failure.Word)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	seconds, err := strconv.ParseFloat(setting("EPOCHTA_TIMEOUT", "10"), 64)
	if err != nil {
		return fmt.Errorf("EPOCHTA_TIMEOUT: %w", err)
	}
	client := epochta.New(
		setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
		setting("EPOCHTA_USERNAME", "demo"),
		setting("EPOCHTA_PASSWORD", "demo"),
		time.Duration(seconds*float64(time.Second)))
	sender := setting("EPOCHTA_SENDER", "Demo")
	text := setting("EPOCHTA_TEXT", "Ваш код: 4711 & спасибо <3 +1 🙂")

	switch operation := setting("EPOCHTA_OPERATION", "send"); operation {
	case "send":
		return send(client, sender, text, recipients())
	case "price":
		return show("credits", func() (string, error) { return client.Price(sender, text, recipients()) })
	case "status":
		return status(client, list("EPOCHTA_ID", ""))
	case "balance":
		return show("credits", client.Balance)
	case "credit-price":
		return show("price", client.CreditPrice)
	default:
		return fmt.Errorf("EPOCHTA_OPERATION: there is no %s", operation)
	}
}

func send(client *epochta.Client, sender, text string, recipients []epochta.Recipient) error {
	ids := []string{}
	for _, recipient := range recipients {
		ids = append(ids, recipient.ID)
	}
	accepted, err := client.Send(sender, text, recipients)
	var failure *epochta.Error
	if errors.As(err, &failure) && failure.Unknown() {
		return fmt.Errorf("%w; ask GETSTATUS for %s before sending again", err, strings.Join(ids, ","))
	}
	if err != nil {
		return err
	}
	fmt.Printf("accepted %d, credits %s, id %s\n", accepted.Recipients, accepted.Credits, strings.Join(ids, ","))
	return nil
}

func status(client *epochta.Client, ids []string) error {
	reports, err := client.Status(ids)
	for _, report := range reports {
		fmt.Println(report.ID, describe(report))
	}
	return err
}

func describe(report epochta.Report) string {
	if report.Status == "0" {
		return "waiting"
	}
	line := report.Status
	for _, date := range []*string{report.Sent, report.Done} {
		if date != nil {
			line += " " + *date
		}
	}
	return line
}

func show(name string, ask func() (string, error)) error {
	value, err := ask()
	if err == nil {
		fmt.Println(name, value)
	}
	return err
}

// recipients gives each message an id of its own: without one nobody can ask what became of it.
func recipients() []epochta.Recipient {
	ids := list("EPOCHTA_ID", "")
	recipients := []epochta.Recipient{}
	for i, to := range list("EPOCHTA_TO", "380501234567") {
		recipient := epochta.Recipient{Number: to}
		if i < len(ids) {
			recipient.ID = ids[i]
		} else {
			recipient.ID = randomID()
		}
		recipients = append(recipients, recipient)
	}
	return recipients
}

func randomID() string {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		panic(err) // The system has no randomness.
	}
	return fmt.Sprintf("go-%x", id)
}

func list(name, otherwise string) []string {
	return strings.FieldsFunc(setting(name, otherwise), func(r rune) bool { return r == ',' })
}

func setting(name, otherwise string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return otherwise
}

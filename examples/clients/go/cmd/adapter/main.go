// Command adapter does what each line of stdin says, and writes a line to stdout, both JSON:
// the protocol of the kit's CLIENTS.md, by which it judges a client.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"regexp"
	"time"
	"unicode/utf8"

	"example.com/epochta"
)

type request struct {
	Op       string   `json:"op"`
	URL      string   `json:"url"`
	Username string   `json:"username"`
	Password string   `json:"password"`
	Timeout  float64  `json:"timeout"`
	Sender   string   `json:"sender"`
	Text     string   `json:"text"`
	IDs      []string `json:"ids"`
	To       []struct {
		Number    string   `json:"number"`
		ID        string   `json:"id"`
		Variables []string `json:"variables"`
	} `json:"to"`
}

type object map[string]any

func main() {
	// Not a Scanner: the line of a long mailing is longer than it takes.
	input := bufio.NewReader(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for {
		line, err := input.ReadBytes('\n')
		if len(line) > 0 {
			if err := output.Encode(answer(line)); err != nil {
				log.Fatal(err)
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

func answer(line []byte) object {
	result, err := do(line)
	if err == nil {
		result["ok"] = true
		return result
	}
	word := epochta.InvalidInput
	var failure *epochta.Error
	if errors.As(err, &failure) {
		word = failure.Word
	}
	return object{"ok": false, "error": word, "message": err.Error()}
}

func do(line []byte) (object, error) {
	var request request
	if err := unmarshal(line, &request); err != nil {
		return nil, err
	}
	timeout := time.Duration(request.Timeout * float64(time.Second))
	client := epochta.New(request.URL, request.Username, request.Password, timeout)
	recipients := []epochta.Recipient{}
	for _, to := range request.To {
		recipients = append(recipients, epochta.Recipient(to))
	}
	switch request.Op {
	case "send":
		accepted, err := client.Send(request.Sender, request.Text, recipients)
		return object{"accepted": accepted.Recipients, "credits": accepted.Credits}, err
	case "price":
		credits, err := client.Price(request.Sender, request.Text, recipients)
		return object{"credits": credits}, err
	case "status":
		reports, err := client.Status(request.IDs)
		messages := []object{}
		for _, report := range reports {
			messages = append(messages, object{
				"id": report.ID, "status": report.Status, "sent": report.Sent, "done": report.Done})
		}
		return object{"messages": messages}, err
	case "balance":
		credits, err := client.Balance()
		return object{"credits": credits}, err
	case "credit_price":
		price, err := client.CreditPrice()
		return object{"price": price}, err
	default:
		return nil, errors.New("there is no operation " + request.Op)
	}
}

var (
	whole     = regexp.MustCompile(`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\[^u]`)
	surrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)
)

// unmarshal refuses what encoding/json would replace by U+FFFD: invalid UTF-8 and halves of surrogate pairs.
func unmarshal(line []byte, value any) error {
	if !utf8.Valid(line) || surrogate.Match(whole.ReplaceAll(line, []byte(" "))) {
		return errors.New("the line is not Unicode")
	}
	return json.Unmarshal(line, value)
}

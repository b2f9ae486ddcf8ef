// Package epochta is a client of the ePochta SMS XML gateway, API 2.0.
// Copy this file; it needs nothing but the standard library.
package epochta

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The words of an Error that are not the gateway's.
const (
	// NoReply: no whole reply came. Nobody knows what the gateway did with the request.
	NoReply = "NO_REPLY"
	// BadReply: a reply came, and it is not the gateway's. Nobody knows, either.
	BadReply = "BAD_REPLY"
	// InvalidInput: the client refused before it asked.
	InvalidInput = "INVALID_INPUT"
)

// codes are the vendor's words for what the gateway refuses.
var codes = map[int]string{
	-1: "AUTH_FAILED",
	-2: "XML_ERROR",
	-3: "NOT_ENOUGH_CREDITS",
	-4: "NO_RECIPIENTS",
	-5: "INVALID_TEXT",
	-7: "BAD_SENDER_NAME",
}

// Error is why an operation failed. Every error of a Client is one.
type Error struct {
	// Word is the gateway's word, its code as text if nobody knows a word for it,
	// or one of NoReply, BadReply and InvalidInput.
	Word    string
	Message string
}

func (e *Error) Error() string { return e.Message }

// Unknown says whether the gateway may have done what it was asked. Never send again then:
// ask Status for the ids first. A row means that the message was accepted.
func (e *Error) Unknown() bool { return e.Word == NoReply || e.Word == BadReply }

// Recipient is one message of a mailing.
type Recipient struct {
	Number string
	// ID is what Status asks for. Give each message one of its own, and keep it before you send.
	ID string
	// Variables stand for %1%, %2%, … in the text.
	Variables []string
}

// Accepted is the answer to Send.
type Accepted struct {
	Recipients int
	Credits    string
}

// Report is what became of a message.
type Report struct {
	ID string
	// Status is the gateway's word, "0" for a message that is not handed over yet.
	Status string
	// Sent and Done are dates like 2026-01-02 03:04:05, or nil before they have come.
	Sent, Done *string
}

// Client talks to one gateway under one login. It may be used by several goroutines.
type Client struct {
	url, username, password string
	http                    *http.Client
}

// New makes a client. The timeout is for a whole request, from connecting to the last byte of the reply.
func New(url, username, password string, timeout time.Duration) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	// When a kept connection breaks, net/http may repeat the request by itself. A new connection
	// for each request costs little; an SMS sent twice costs money.
	transport.DisableKeepAlives = true
	return &Client{url, username, password, &http.Client{
		Transport: transport,
		Timeout:   timeout,
		// A redirect would carry the password to who knows where.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Send sends the text to all recipients, in one document. Credits are decimals, kept as text:
// in floats they would not add up.
func (c *Client) Send(sender, message string, recipients []Recipient) (Accepted, error) {
	reply, err := c.mailing("SEND", sender, message, recipients)
	if err != nil {
		return Accepted{}, err
	}
	if reply.status == 0 {
		return Accepted{}, badReply("the gateway accepted nothing, and gave no reason")
	}
	credits, err := amount("credits", reply.Credits)
	return Accepted{reply.status, credits}, err
}

// Price says how many credits Send would take.
func (c *Client) Price(sender, message string, recipients []Recipient) (string, error) {
	reply, err := c.mailing("GETPRICE", sender, message, recipients)
	if err != nil {
		return "", err
	}
	return amount("credits", reply.Credits)
}

// Status asks what became of messages. An id that the gateway does not know has no row,
// one that was used several times has several.
func (c *Client) Status(ids []string) ([]Report, error) {
	if len(ids) == 0 {
		return nil, &Error{InvalidInput, "there are no ids to ask for"}
	}
	request := document{Operation: "GETSTATUS"}
	for _, id := range ids {
		request.IDs = append(request.IDs, text(id))
	}
	reply, err := c.ask(request, "deliveryreport")
	if err != nil {
		return nil, err
	}
	reports := []Report{}
	for _, row := range reply.Messages {
		status := strings.TrimSpace(row.Status)
		if row.ID == "" || status == "" {
			return nil, badReply("a row of the report has no id or no status")
		}
		reports = append(reports, Report{row.ID, status, date(row.Sent), date(row.Done)})
	}
	return reports, nil
}

// Balance says how many credits the account has.
func (c *Client) Balance() (string, error) {
	reply, err := c.ask(document{Operation: "BALANCE"}, "RESPONSE")
	if err != nil {
		return "", err
	}
	return amount("credits", reply.Credits)
}

// CreditPrice says what a credit costs, in US dollars.
func (c *Client) CreditPrice() (string, error) {
	reply, err := c.ask(document{Operation: "CREDITPRICE"}, "RESPONSE")
	if err != nil {
		return "", err
	}
	return amount("price", reply.Price)
}

// document is what the gateway is asked.
type document struct {
	XMLName   xml.Name `xml:"SMS"`
	Operation string   `xml:"operations>operation"`
	// The vendor's document says "authentication"; every client in use says this.
	Username text     `xml:"authentification>username"`
	Password text     `xml:"authentification>password"`
	Message  *message `xml:"message"`
	Numbers  []number `xml:"numbers>number"`
	IDs      []text   `xml:"statistics>messageid"`
}

type message struct {
	Sender text `xml:"sender"`
	Text   text `xml:"text"`
}

type number struct {
	ID        text `xml:"messageID,attr,omitempty"`
	Variables text `xml:"variables,attr,omitempty"`
	Number    text `xml:",chardata"`
}

// text is what a caller gives. encoding/xml would put U+FFFD in place of what XML cannot hold,
// and the customer would read it on the phone; so that is refused.
type text string

func (t text) MarshalText() ([]byte, error) {
	if !utf8.ValidString(string(t)) || strings.IndexFunc(string(t), forbidden) >= 0 {
		return nil, fmt.Errorf("XML cannot hold %q", string(t))
	}
	return []byte(t), nil
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff'
}

// mailing asks what SEND and GETPRICE have in common.
func (c *Client) mailing(operation, sender, body string, recipients []Recipient) (*reply, error) {
	if body == "" {
		return nil, &Error{InvalidInput, "the text is empty"}
	}
	if len(recipients) == 0 {
		return nil, &Error{InvalidInput, "there are no recipients"}
	}
	request := document{Operation: operation, Message: &message{text(sender), text(body)}}
	for _, recipient := range recipients {
		variables := ""
		for _, value := range recipient.Variables {
			if strings.Contains(value, ";") {
				return nil, &Error{InvalidInput, "a variable holds a semicolon, which ends variables: " + value}
			}
			variables += value + ";"
		}
		request.Numbers = append(request.Numbers,
			number{text(recipient.ID), text(variables), text(recipient.Number)})
	}
	return c.ask(request, "RESPONSE")
}

// ask posts a document and returns the reply, if it is a success and has the root that is wanted.
func (c *Client) ask(request document, root string) (*reply, error) {
	request.Username, request.Password = text(c.username), text(c.password)
	body, err := xml.Marshal(request)
	if err != nil {
		return nil, &Error{InvalidInput, err.Error()}
	}
	// In a form a bare + would arrive as a blank, and a bare & would end the field.
	response, err := c.http.PostForm(c.url, url.Values{"XML": {xml.Header + string(body)}})
	if err != nil {
		return nil, &Error{NoReply, "no usable reply: " + err.Error()}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, badReply("HTTP " + response.Status)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, &Error{NoReply, "no usable reply: " + err.Error()}
	}
	reply, err := parse(content)
	if err != nil {
		return nil, badReply(err.Error())
	}
	name := reply.XMLName.Local
	if name == "RESPONSE" {
		if reply.status, err = strconv.Atoi(strings.TrimSpace(reply.Status)); err != nil {
			return nil, badReply("the status of the reply is no number")
		}
		// Errors arrive in HTTP 200, as a negative status, whatever was asked.
		if reply.status < 0 {
			return nil, refusal(reply.status)
		}
	}
	if name != root {
		return nil, badReply(fmt.Sprintf("the reply is a <%s>, not a <%s>", name, root))
	}
	return reply, nil
}

// reply holds both kinds of reply. encoding/xml ignores elements and attributes that it does not know.
type reply struct {
	XMLName  xml.Name
	Status   string `xml:"status"`
	Credits  string `xml:"credits"`
	Price    string `xml:"price"`
	Messages []struct {
		ID     string `xml:"id,attr"`
		Sent   string `xml:"sentdate,attr"`
		Done   string `xml:"donedate,attr"`
		Status string `xml:"status,attr"`
	} `xml:"message"`
	status int
}

// parse reads a whole document. xml.Unmarshal would ignore what stands before and after the root,
// such as a warning of PHP.
func parse(content []byte) (*reply, error) {
	var root *reply
	// A script may print blank lines before the declaration; strictly, XML begins with it.
	decoder := xml.NewDecoder(bytes.NewReader(bytes.TrimLeft(content, "\ufeff \t\r\n")))
	for {
		token, err := decoder.Token()
		switch {
		case err == io.EOF && root != nil:
			return root, nil
		case err == io.EOF:
			return nil, errors.New("the reply is empty")
		case err != nil:
			return nil, fmt.Errorf("the reply is not XML: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if root != nil {
				return nil, errors.New("the reply has two roots")
			}
			root = &reply{}
			if err := decoder.DecodeElement(root, &token); err != nil {
				return nil, fmt.Errorf("the reply is not XML: %w", err)
			}
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return nil, errors.New("the reply has text outside of its root")
			}
		case xml.Directive:
			return nil, errors.New("the reply has a DOCTYPE")
		}
	}
}

var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// amount is the decimal in an element of the reply.
func amount(name, value string) (string, error) {
	value = strings.TrimSpace(value)
	if !decimal.MatchString(value) {
		return "", badReply(fmt.Sprintf("the <%s> of the reply is no amount: %q", name, value))
	}
	return value, nil
}

// date is nil for a date that has not come yet.
func date(value string) *string {
	value = strings.TrimSpace(value)
	if value == "" || value == "0000-00-00 00:00:00" {
		return nil
	}
	return &value
}

func refusal(code int) *Error {
	word, known := codes[code]
	if !known {
		return &Error{strconv.Itoa(code), fmt.Sprintf("the gateway answered an unknown error (%d)", code)}
	}
	return &Error{word, fmt.Sprintf("the gateway answered %s (%d)", word, code)}
}

func badReply(message string) *Error {
	return &Error{BadReply, "no usable reply: " + message}
}

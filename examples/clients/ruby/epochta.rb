# frozen_string_literal: true

require "net/http"
require "rexml/document"
require "timeout"
require "uri"

# A client of the ePochta SMS XML gateway, API 2.0. Copy this file; it needs nothing but what
# comes with Ruby 3.1.
class Epochta
  # Why an operation failed. +word+ is the gateway's word, its code as text if nobody knows a word
  # for it, or NO_REPLY (no whole reply came), BAD_REPLY (a reply came, and it is not the gateway's)
  # or INVALID_INPUT (the client refused before it asked).
  class Error < StandardError
    attr_reader :word

    def initialize(word, message)
      super(message)
      @word = word
    end

    # May the gateway have done what it was asked? Never send again then: ask +status+ for the ids
    # first. A row means that the message was accepted.
    def unknown? = %w[NO_REPLY BAD_REPLY].include?(word)
  end

  # +id+ is what +status+ asks for: give each message one of its own, and keep it before you send.
  # +variables+ stand for %1%, %2%, … in the text.
  Recipient = Struct.new(:number, :id, :variables, keyword_init: true)

  # +credits+ are decimals, kept as text: in floats they would not add up. BigDecimal(credits) does.
  Accepted = Struct.new(:recipients, :credits, keyword_init: true)

  # +status+ is the gateway's word, "0" for a message that is not handed over yet; +sent+ and +done+
  # are dates like 2026-01-02 03:04:05, or nil before they have come.
  Report = Struct.new(:id, :status, :sent, :done, keyword_init: true)

  WORDS = {
    -1 => "AUTH_FAILED",
    -2 => "XML_ERROR",
    -3 => "NOT_ENOUGH_CREDITS",
    -4 => "NO_RECIPIENTS",
    -5 => "INVALID_TEXT",
    -7 => "BAD_SENDER_NAME"
  }.freeze

  # The timeout, in seconds, is for a whole request, from connecting to the last byte of the reply.
  def initialize(url, username, password, timeout)
    @url = URI(url)
    @username = username
    @password = password
    @timeout = timeout
  end

  # Sends the text to all recipients, in one document.
  def send(sender, text, recipients)
    reply = ask("SEND", mailing(sender, text, recipients))
    accepted = status_of(reply)
    raise bad_reply("the gateway accepted nothing, and gave no reason") if accepted.zero?

    Accepted.new(recipients: accepted, credits: amount(reply, "credits"))
  end

  # How many credits +send+ would take.
  def price(sender, text, recipients)
    amount(ask("GETPRICE", mailing(sender, text, recipients)), "credits")
  end

  # What became of messages. An id that the gateway does not know has no row, one that was used
  # several times has several.
  def status(ids)
    raise invalid("there are no ids to ask for") if ids.empty?

    asked = ids.map { |id| "<messageid>#{escape(id)}</messageid>" }.join
    reply = ask("GETSTATUS", "<statistics>#{asked}</statistics>", root: "deliveryreport")
    reply.get_elements("message").map { |row| report(row) }
  end

  # How many credits the account has.
  def balance = amount(ask("BALANCE"), "credits")

  # What a credit costs, in US dollars.
  def credit_price = amount(ask("CREDITPRICE"), "price")

  private

  # What SEND and GETPRICE have in common.
  def mailing(sender, text, recipients)
    raise invalid("the text is empty") if text.empty?
    raise invalid("there are no recipients") if recipients.empty?

    "<message><sender>#{escape(sender)}</sender><text>#{escape(text)}</text></message>" \
      "<numbers>#{recipients.map { |recipient| number(recipient) }.join}</numbers>"
  end

  def number(recipient)
    id = recipient.id.to_s
    variables = Array(recipient.variables)
    separated = variables.find { |value| value.include?(";") }
    raise invalid("a variable holds a semicolon, which ends variables: #{separated}") if separated

    attributes = +""
    attributes << " messageID=\"#{escape(id)}\"" unless id.empty?
    attributes << " variables=\"#{escape(variables.map { |value| "#{value};" }.join)}\"" unless variables.empty?
    "<number#{attributes}>#{escape(recipient.number)}</number>"
  end

  # For elements and for attributes.
  def escape(value)
    unless value.valid_encoding? && !value.match?(/[^\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/)
      raise invalid("XML cannot hold #{value.inspect}")
    end

    # A reader makes a line feed of a carriage return, and blanks of all three in attributes.
    value.encode(xml: :text).gsub(/["\t\n\r]/) { |character| "&##{character.ord};" }
  end

  # Posts a document and returns the root of the reply, if it is a success and the one that is wanted.
  def ask(operation, more = "", root: "RESPONSE")
    # The vendor's document says "authentication"; every client in use says "authentification".
    reply = parse(post(<<~XML))
      <?xml version="1.0" encoding="UTF-8"?>
      <SMS>
      <operations><operation>#{operation}</operation></operations>
      <authentification>
      <username>#{escape(@username)}</username>
      <password>#{escape(@password)}</password>
      </authentification>
      #{more}
      </SMS>
    XML
    # Errors arrive in HTTP 200, as a negative status, whatever was asked.
    raise refusal(status_of(reply)) if reply.name == "RESPONSE" && status_of(reply).negative?
    raise bad_reply("the reply is a <#{reply.name}>, not a <#{root}>") if reply.name != root

    reply
  end

  # Returns the body of the reply, as bytes.
  def post(document)
    request = Net::HTTP::Post.new(@url, "Connection" => "close")
    # In a form a bare + would arrive as a blank, and a bare & would end the field.
    request.set_form_data("XML" => document)
    http = Net::HTTP.new(@url.hostname, @url.port)
    http.use_ssl = @url.scheme == "https"
    # Net::HTTP may send a request twice by itself, and takes half a body for a whole one.
    http.max_retries = 0
    http.ignore_eof = false
    # Its own time-outs start anew with every read; this one is for everything.
    response = Timeout.timeout(@timeout) { http.start { http.request(request) } }
    # A redirect, too, is not followed: it would carry the password to who knows where.
    raise bad_reply("HTTP #{response.code}") unless response.code == "200"

    response.body.to_s
  rescue SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError, Zlib::Error,
         Net::ProtocolError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError => e
    raise Error.new("NO_REPLY", "no usable reply: #{e.message} (#{e.class})")
  end

  def parse(body)
    # A script may print blank lines before the declaration; strictly, XML begins with it.
    document = REXML::Document.new(body.b.sub(/\A(?:\xEF\xBB\xBF|[ \t\r\n])+/n, ""))
    # What REXML lets pass: nothing at all, a DOCTYPE and, before 3.3, text around the root.
    raise bad_reply("the reply is empty") unless document.root
    raise bad_reply("the reply has a DOCTYPE") if document.doctype
    unless document.children.grep(REXML::Text).all? { |text| text.value.strip.empty? }
      raise bad_reply("the reply has text outside of its root")
    end

    document.root
  rescue REXML::ParseException => e
    raise bad_reply("the reply is not XML: #{e.message.lines.first.strip}")
  end

  def status_of(reply)
    Integer(text_of(reply, "status"), 10)
  rescue ArgumentError
    raise bad_reply("the status of the reply is no number")
  end

  def amount(reply, name)
    value = text_of(reply, name)
    return value if value.match?(/\A-?\d+(\.\d+)?\z/)

    raise bad_reply("the <#{name}> of the reply is no amount: #{value.inspect}")
  end

  # Element#text would stop at the first comment or CDATA section.
  def text_of(reply, name)
    reply.get_elements(name).first&.texts.to_a.map(&:value).join.strip
  end

  def report(row)
    id = row.attributes["id"].to_s
    status = row.attributes["status"].to_s.strip
    raise bad_reply("a row of the report has no id or no status") if id.empty? || status.empty?

    Report.new(id: id, status: status, sent: date(row, "sentdate"), done: date(row, "donedate"))
  end

  def date(row, name)
    value = row.attributes[name].to_s.strip
    value unless ["", "0000-00-00 00:00:00"].include?(value)
  end

  def refusal(code)
    word = WORDS[code]
    Error.new(word || code.to_s, "the gateway answered #{word || "an unknown error"} (#{code})")
  end

  def bad_reply(message) = Error.new("BAD_REPLY", "no usable reply: #{message}")

  def invalid(message) = Error.new("INVALID_INPUT", message)
end

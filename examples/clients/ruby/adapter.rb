# frozen_string_literal: true

# Does what each line of stdin says, and writes a line to stdout, both JSON: the protocol of the
# kit's CLIENTS.md, by which it judges a client.

require "json"
require_relative "epochta"

SURROGATE_PAIR_OR_OTHER_ESCAPE = /\\u[dD][89abAB]\h\h\\u[dD][c-fC-F]\h\h|\\[^u]/

# JSON.parse lets invalid UTF-8 and some halves of surrogate pairs pass.
def unicode?(line) = line.valid_encoding? && !line.gsub(SURROGATE_PAIR_OR_OTHER_ESCAPE, " ").match?(/\\u[dD][89a-fA-F]/)

def do_as_told(line)
  raise ArgumentError, "the line is not Unicode" unless unicode?(line)

  request = JSON.parse(line)
  client = Epochta.new(*request.values_at("url", "username", "password", "timeout"))
  mailing = -> { [request["sender"], request["text"], recipients(request["to"])] }
  case operation = request["op"]
  when "send" then accepted = client.send(*mailing.call)
                   { accepted: accepted.recipients, credits: accepted.credits }
  when "price" then { credits: client.price(*mailing.call) }
  when "status" then { messages: client.status(request["ids"]).map(&:to_h) }
  when "balance" then { credits: client.balance }
  when "credit_price" then { price: client.credit_price }
  else raise ArgumentError, "there is no operation #{operation}"
  end
end

def recipients(to)
  to.map { |one| Epochta::Recipient.new(number: one["number"], id: one["id"], variables: one["variables"]) }
end

$stdin.set_encoding(Encoding::UTF_8)
$stdout.set_encoding(Encoding::UTF_8)
$stdout.sync = true
$stdin.each_line do |line|
  answer =
    begin
      { ok: true, **do_as_told(line) }
    rescue Epochta::Error => e
      { ok: false, error: e.word, message: e.message }
    rescue JSON::ParserError, ArgumentError, NoMethodError, TypeError => e
      { ok: false, error: "INVALID_INPUT", message: e.message }
    end
  puts JSON.generate(answer)
end

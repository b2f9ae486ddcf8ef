# frozen_string_literal: true

# Asks the gateway once. The environment says what; ../README.md lists the variables.

require "securerandom"
require_relative "epochta"

# The environment is UTF-8, whatever the locale says.
def setting(name, otherwise) = ENV.fetch(name, otherwise).dup.force_encoding(Encoding::UTF_8)

def list(name, otherwise) = setting(name, otherwise).split(",").reject(&:empty?)

# Each message gets an id of its own: without one nobody can ask what became of it.
def recipients
  ids = list("EPOCHTA_ID", "")
  list("EPOCHTA_TO", "380501234567").each_with_index.map do |number, index|
    Epochta::Recipient.new(number: number, id: ids[index] || "ruby-#{SecureRandom.uuid}")
  end
end

def send_to(client, sender, text, recipients)
  ids = recipients.map(&:id).join(",")
  accepted = client.send(sender, text, recipients)
  puts "accepted #{accepted.recipients}, credits #{accepted.credits}, id #{ids}"
rescue Epochta::Error => e
  raise unless e.unknown?

  raise Epochta::Error.new(e.word, "#{e.message}; ask GETSTATUS for #{ids} before sending again")
end

def describe(report)
  return "waiting" if report.status == "0"

  [report.status, report.sent, report.done].compact.join(" ")
end

$stdout.set_encoding(Encoding::UTF_8)
client = Epochta.new(
  setting("EPOCHTA_URL", "http://127.0.0.1:8620/members/sms/xml.php"),
  setting("EPOCHTA_USERNAME", "demo"),
  setting("EPOCHTA_PASSWORD", "demo"),
  Float(setting("EPOCHTA_TIMEOUT", "10"))
)
sender = setting("EPOCHTA_SENDER", "Demo")
text = setting("EPOCHTA_TEXT", "Ваш код: 4711 & спасибо <3 +1 🙂")

begin
  case operation = setting("EPOCHTA_OPERATION", "send")
  when "send" then send_to(client, sender, text, recipients)
  when "price" then puts "credits #{client.price(sender, text, recipients)}"
  when "status" then client.status(list("EPOCHTA_ID", "")).each { |report| puts "#{report.id} #{describe(report)}" }
  when "balance" then puts "credits #{client.balance}"
  when "credit-price" then puts "price #{client.credit_price}"
  else abort "EPOCHTA_OPERATION: there is no #{operation}"
  end
rescue Epochta::Error => e
  abort "#{e.word}: #{e.message}"
end

//! The shell command that makes a request again: curl, with the document in a here-document.
//!
//! It is for pasting into any POSIX shell. What a here-document cannot carry is put right by filters in front of
//! curl: `sed` for control characters, `awk` for a document that does not end with a line end, `iconv` for charsets.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::client::transport::Transport;
use crate::xml::charset::Charset;

/// What stands in a document in the place of the password, for [`command`] to replace. It is nothing that XML or any
/// charset changes, and nothing that the mask of a number can look like, as `***` would.
pub const MASK: &str = "@@EPOCHTA_PASSWORD@@";

/// A request as it can be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reproduction {
    /// The URL.
    pub url: String,
    /// The HTTP method.
    pub method: String,
    /// How the document travels.
    pub transport: Transport,
    /// More headers, name and value. A `Content-Type` takes the place of the transport's.
    pub headers: Vec<(String, String)>,
    /// The document as characters, numbers masked, with [`MASK`] for the password. A byte order mark is its first
    /// character.
    pub document: String,
    /// The charset in which the document is sent.
    pub charset: Charset,
}

/// The command. The password comes from the environment, as it stands in the document: whoever has one with `&` or
/// `<` in it sets `EPOCHTA_PASSWORD` to its escaped form.
pub fn command(request: &Reproduction) -> String {
    let (data, prefix) = data(match request.transport {
        // Of an empty input curl makes no field at all.
        Transport::Urlencoded if request.document.is_empty() => Transport::Unescaped,
        transport => transport,
    });
    let mut curl = format!("curl -sS {}", quoted(&request.url));
    let mut option = |text: &str| {
        curl.push(' ');
        curl.push_str(text);
    };
    if request.method != "POST" {
        option(&format!("-X {}", quoted(&request.method)));
    }
    let own = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
    if !request.headers.iter().any(own)
        && let Some(header) = content_type(request.transport)
    {
        option(&format!("-H {}", quoted(header)));
    }
    for (name, value) in &request.headers {
        // Without a value a colon would take the header away.
        let header = match value.as_str() {
            "" => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        option(&format!("-H {}", quoted(&header)));
    }
    option(data);
    piped(request, prefix, &curl)
}

/// The option of curl that reads the document, and what the document needs in front of it.
fn data(transport: Transport) -> (&'static str, &'static str) {
    match transport {
        Transport::Multipart => ("-F 'XML=<-'", ""),
        Transport::Urlencoded => ("--data-urlencode XML@-", ""),
        Transport::Unescaped => ("--data-binary @-", "XML="),
        Transport::Raw
        | Transport::RawUtf8
        | Transport::RawComma
        | Transport::RawForm
        | Transport::RawBare => ("--data-binary @-", ""),
    }
}

/// The header that curl would not send by itself.
fn content_type(transport: Transport) -> Option<&'static str> {
    match transport {
        Transport::Multipart
        | Transport::Urlencoded
        | Transport::Unescaped
        | Transport::RawForm => None,
        Transport::Raw => Some("Content-Type: text/xml"),
        Transport::RawUtf8 => Some("Content-Type: text/xml; charset=utf-8"),
        Transport::RawComma => Some("Content-Type: text/xml, charset=windows-1251"),
        Transport::RawBare => Some("Content-Type:"),
    }
}

/// The here-document, the filters and curl. The first of them takes the here-document.
fn piped(request: &Reproduction, prefix: &str, curl: &str) -> String {
    let charset = request.charset;
    let (mark, text) = match request.document.strip_prefix('\u{FEFF}') {
        Some(text) => (charset.byte_order_mark(), text),
        None => ([].as_slice(), request.document.as_str()),
    };
    let (ended, text) = match text.strip_suffix('\n') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (text, pictures) = pictured(text, charset);
    let mut filters = Vec::new();
    if !pictures.is_empty() {
        filters.push(pictures);
    }
    if !ended {
        filters.push(r#"awk '{ printf "%s%s", end, $0; end = "\n" }'"#.to_owned());
    }
    if let Some(name) = iconv(charset) {
        filters.push(format!("iconv -f utf-8 -t {name}"));
    }
    let before = if wide(charset) || !mark.is_empty() {
        // What stands before the document is no part of what the filters change.
        let mut bytes = prefix.to_owned();
        for byte in mark {
            _ = write!(bytes, "\\{byte:03o}");
        }
        bytes
    } else {
        String::new()
    };
    let text = if before.is_empty() {
        format!("{prefix}{text}")
    } else {
        if filters.is_empty() {
            filters.push("cat".to_owned());
        }
        if let Some(last) = filters.last_mut() {
            *last = format!("{{ printf '{before}'; {last}; }}");
        }
        text
    };
    let end = delimiter(&text);
    filters.push(curl.to_owned());
    let mut stages = filters.into_iter();
    let first = stages.next().unwrap_or_default();
    let rest: String = stages.map(|stage| format!(" | {stage}")).collect();
    format!("{first} <<{end}{rest}\n{}\n{end}", expandable(&text))
}

/// Whether the charset has two bytes where ASCII has one.
fn wide(charset: Charset) -> bool {
    match charset {
        Charset::Utf8 | Charset::Windows1251 | Charset::Koi8R => false,
        Charset::Utf16Le | Charset::Utf16Be => true,
    }
}

fn iconv(charset: Charset) -> Option<&'static str> {
    match charset {
        Charset::Utf8 => None,
        Charset::Windows1251 => Some("windows-1251"),
        Charset::Koi8R => Some("koi8-r"),
        Charset::Utf16Le => Some("utf-16le"),
        Charset::Utf16Be => Some("utf-16be"),
    }
}

/// The text with a picture (U+2400 and on) for each control character, and the filter that puts them back; the filter
/// is empty if there are none. A terminal would take them for keys. What the charset lacks becomes a reference.
fn pictured(text: &str, charset: Charset) -> (String, String) {
    let mut shown = String::with_capacity(text.len());
    let mut found = BTreeMap::new();
    for character in text.chars() {
        match (character, picture(character)) {
            (_, Some(picture)) => {
                found.insert(picture, u32::from(character));
                shown.push(picture);
            }
            (held, None) if charset.holds(held) => shown.push(held),
            (lacking, None) => _ = write!(shown, "&#{};", u32::from(lacking)),
        }
    }
    let commands: Vec<String> = found
        .into_iter()
        .map(|(picture, code)| match code {
            // No shell has it in a word.
            0 => format!(r"s/{picture}/\x00/g"),
            code => format!(r"s/{picture}/$(printf '\{code:03o}')/g"),
        })
        .collect();
    let filter = match commands.as_slice() {
        [] => String::new(),
        commands => format!("sed \"{}\"", commands.join("; ")),
    };
    (shown, filter)
}

fn picture(control: char) -> Option<char> {
    match control {
        '\n' | '\t' => None,
        '\0'..='\u{1F}' => char::from_u32(u32::from(control).saturating_add(0x2400)),
        '\u{7F}' => Some('\u{2421}'),
        _ => None,
    }
}

/// A word that is no line of the text.
fn delimiter(text: &str) -> String {
    let mut word = "EOF".to_owned();
    while text.split('\n').any(|line| line == word) {
        word.push('F');
    }
    word
}

/// The text as it stands in a here-document in which the shell expands the password and nothing else.
fn expandable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '$' | '`') {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown.replace(MASK, "${EPOCHTA_PASSWORD}")
}

/// One word of the shell, whatever is in it.
fn quoted(word: &str) -> String {
    let plain = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '/' | ':' | '.' | '-' | '_' | '=')
    };
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{MASK, Reproduction, command};
    use crate::client::transport::Transport;
    use crate::xml::charset::Charset;

    fn balance(transport: Transport, charset: Charset) -> Reproduction {
        Reproduction {
            url: "http://127.0.0.1:8620/members/sms/xml.php".to_owned(),
            method: "POST".to_owned(),
            transport,
            headers: Vec::new(),
            document: format!("<SMS>\n<password>{MASK}</password>\n</SMS>\n"),
            charset,
        }
    }

    /// The first line: the command without the document.
    #[track_caller]
    fn check(transport: Transport, expected: &str) {
        let command = command(&balance(transport, Charset::Utf8));
        let first = command.lines().next().unwrap();
        let url = "curl -sS http://127.0.0.1:8620/members/sms/xml.php ";
        assert_eq!(first.strip_prefix(url), Some(expected));
    }

    #[test]
    fn each_transport_has_its_options() {
        check(Transport::Multipart, "-F 'XML=<-' <<EOF");
        check(Transport::Urlencoded, "--data-urlencode XML@- <<EOF");
        check(Transport::Unescaped, "--data-binary @- <<EOF");
        check(
            Transport::Raw,
            "-H 'Content-Type: text/xml' --data-binary @- <<EOF",
        );
        check(
            Transport::RawUtf8,
            "-H 'Content-Type: text/xml; charset=utf-8' --data-binary @- <<EOF",
        );
        check(
            Transport::RawComma,
            "-H 'Content-Type: text/xml, charset=windows-1251' --data-binary @- <<EOF",
        );
        check(Transport::RawForm, "--data-binary @- <<EOF");
        check(
            Transport::RawBare,
            "-H Content-Type: --data-binary @- <<EOF",
        );
    }

    #[test]
    fn the_password_alone_is_expanded() {
        let mut request = balance(Transport::Urlencoded, Charset::Utf8);
        request.document = format!("$HOME `id` \\ '\" %1%\nEOF\n<p>{MASK}</p> ********0001\n");
        assert_snapshot!(command(&request), @r#"
        curl -sS http://127.0.0.1:8620/members/sms/xml.php --data-urlencode XML@- <<EOFF
        \$HOME \`id\` \\ '" %1%
        EOF
        <p>${EPOCHTA_PASSWORD}</p> ********0001
        EOFF
        "#);
    }

    #[test]
    fn charsets_go_through_iconv() {
        let mut request = balance(Transport::Unescaped, Charset::Windows1251);
        request.document = "<a>Привет 你</a>\n".to_owned();
        assert_snapshot!(command(&request), @"
        iconv -f utf-8 -t windows-1251 <<EOF | curl -sS http://127.0.0.1:8620/members/sms/xml.php --data-binary @-
        XML=<a>Привет &#20320;</a>
        EOF
        ");
        request.charset = Charset::Utf16Le;
        request.document = "\u{FEFF}<a>Привет</a>\n".to_owned();
        assert_snapshot!(command(&request), @r"
        { printf 'XML=\377\376'; iconv -f utf-8 -t utf-16le; } <<EOF | curl -sS http://127.0.0.1:8620/members/sms/xml.php --data-binary @-
        <a>Привет</a>
        EOF
        ");
    }

    #[test]
    fn what_a_here_document_cannot_carry_is_filtered_in() {
        let mut request = balance(Transport::Raw, Charset::Utf8);
        request.document = "\u{FEFF}<a>\r\n\0\u{1b}</a>".to_owned();
        assert_snapshot!(command(&request), @r#"
        sed "s/␀/\x00/g; s/␍/$(printf '\015')/g; s/␛/$(printf '\033')/g" <<EOF | { printf '\357\273\277'; awk '{ printf "%s%s", end, $0; end = "\n" }'; } | curl -sS http://127.0.0.1:8620/members/sms/xml.php -H 'Content-Type: text/xml' --data-binary @-
        <a>␍
        ␀␛</a>
        EOF
        "#);
    }

    #[test]
    fn an_empty_document_is_an_empty_field() {
        let mut request = balance(Transport::Urlencoded, Charset::Utf8);
        request.document = String::new();
        assert_snapshot!(command(&request), @r#"
        awk '{ printf "%s%s", end, $0; end = "\n" }' <<EOF | curl -sS http://127.0.0.1:8620/members/sms/xml.php --data-binary @-
        XML=
        EOF
        "#);
    }

    #[test]
    fn method_and_headers_are_words_of_their_own() {
        let mut request = balance(Transport::Multipart, Charset::Utf8);
        request.method = "GET".to_owned();
        request.url = "http://[::1]:1/a b?$c'd".to_owned();
        request.headers = vec![
            ("content-type".to_owned(), "x/y".to_owned()),
            ("X_Y".to_owned(), String::new()),
        ];
        request.document = String::new();
        assert_snapshot!(command(&request), @r#"
        awk '{ printf "%s%s", end, $0; end = "\n" }' <<EOF | curl -sS 'http://[::1]:1/a b?$c'\''d' -X GET -H 'content-type: x/y' -H 'X_Y;' -F 'XML=<-'

        EOF
        "#);
    }
}

//! What no fixture asks: how messages go on from one GETSTATUS to the next, and what only some lies answer differently.

use super::documents::Case;
use crate::liar::Revision;

/// The account main.
const MAIN: &str = "<username>demo</username><password>demo-password</password>";

/// A document with this operation, and whatever else it holds.
pub(super) fn document(operation: &str, login: &str, rest: &str) -> String {
    format!(
        "<SMS><operations><operation>{operation}</operation></operations>\
         <authentication>{login}</authentication>{rest}</SMS>"
    )
}

fn send(sender: &str, text: &str, numbers: &str) -> String {
    let rest = format!(
        "<message><sender>{sender}</sender><text>{text}</text></message><numbers>{numbers}</numbers>"
    );
    document("SEND", MAIN, &rest)
}

fn status(ids: &[&str]) -> String {
    let ids: String = ids
        .iter()
        .map(|id| format!("<messageid>{id}</messageid>"))
        .collect();
    document(
        "GETSTATUS",
        MAIN,
        &format!("<statistics>{ids}</statistics>"),
    )
}

fn number(digits: &str, attributes: &str) -> String {
    format!("<number {attributes}>{digits}</number>")
}

/// Two documents in one case: a mailing and what became of it.
fn sent_and_asked(name: &str, sender: &str, text: &str, digits: &str, attributes: &str) -> Case {
    let attributes = format!("messageID=\"m\" {attributes}");
    let documents = [
        send(sender, text, &number(digits, &attributes)),
        status(&["m"]),
    ];
    Case::own(name, Revision::Documented, &documents)
}

/// A message to each number that has a fate of its own, asked for four times.
pub(super) fn fates() -> Case {
    let digits = [
        ("a", "999000000001"),
        ("b", "999101000001"),
        ("c", "999102000001"),
        ("d", "999103000001"),
        ("e", "999104000001"),
        ("f", "999106000001"),
        ("g", "999107000001"),
        ("h", "999108000001"),
        ("i", "210555000007"),
        ("same", "999101000001"),
        ("same", "999103000001"),
    ];
    let numbers: String = digits
        .iter()
        .map(|(id, digits)| number(digits, &format!("messageID=\"{id}\"")))
        .collect();
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "same"];
    let mut documents = vec![send("SMSKA", "Hello", &numbers)];
    documents.extend(std::iter::repeat_n(status(&ids), 4));
    Case::own("fates", Revision::Documented, &documents)
}

/// Cases without sockets.
pub(super) fn cases() -> Vec<Case> {
    let plain = "999000000001";
    let long = "a".repeat(150);
    let tariffs = ["380991234567", "999000100001"]
        .map(|digits| number(digits, ""))
        .concat();
    let long_id = "i".repeat(70);
    let long_id = [
        send(
            "SMSKA",
            "Hello",
            &number(plain, &format!("messageID=\"{long_id}\"")),
        ),
        status(&[&long_id]),
    ];
    let tariffs = [send("SMSKA", "Hello", &tariffs)];
    let other_id = [
        send("SMSKA", "Hello", &number(plain, "id=\"other\"")),
        status(&["other"]),
    ];
    let end = "<username>demo</username><password>demo-passwort</password>";
    let again = send("SMSKA", "Hello", &number(plain, "messageID=\"m\""));
    let again = [again.clone(), again, document("BALANCE", MAIN, "")];
    vec![
        fates(),
        Case::own("an id again", Revision::Documented, &again),
        sent_and_asked("letters and digits", "Shop24", "Hello", plain, ""),
        sent_and_asked("a sender of blanks", "   ", "Hello", plain, ""),
        sent_and_asked(
            "commas",
            "SMSKA",
            &format!("{long}%1%"),
            plain,
            "variables=\"aaaaa,bbbbb,ccccc\"",
        ),
        sent_and_asked(
            "an empty value",
            "SMSKA",
            &format!("{long}%2%"),
            plain,
            "variables=\";bbbbbbbbbbbbbbb\"",
        ),
        sent_and_asked(
            "five digits",
            "SMSKA",
            &format!("{long}aaaa%12345%"),
            plain,
            "variables=\"a\"",
        ),
        sent_and_asked("c with cedilla", "SMSKA", &"ç".repeat(71), plain, ""),
        Case::own("a long id", Revision::Documented, &long_id),
        Case::own("an id of another name", Revision::Documented, &other_id),
        Case::own("prefixes inside others", Revision::Documented, &tariffs),
        Case::own(
            "another end of the password",
            Revision::Documented,
            &[document("BALANCE", end, "")],
        ),
        Case::own(
            "a message beside a question",
            Revision::Documented,
            &[document("BALANCE", MAIN, "<message/>")],
        ),
    ]
}

/// Documents of which together 200,704 rows would be the report.
pub(super) fn too_many_rows() -> (String, String) {
    let numbers = number("999101000001", "messageID=\"m\"").repeat(448);
    (send("SMSKA", "Hello", &numbers), status(&["m"; 448]))
}

/// Requests under the accounts of the fixtures.
pub(super) fn requests() -> Vec<Vec<u8>> {
    let balance = document(
        "BALANCE",
        "<username>demo</username><password>demo</password>",
        "",
    );
    let bad_login = document(
        "BALANCE",
        "<username>demo</username><password>no</password>",
        "",
    );
    let of_poor = |number: &str| {
        let rest = format!(
            "<message><sender>S</sender><text>a</text></message><numbers>{number}</numbers>"
        );
        document(
            "SEND",
            "<username>poor</username><password>poor</password>",
            &rest,
        )
    };
    let plus = format!(
        "XML={}",
        balance.replace("<authentication>", "<authentication+a=\"1\">")
    );
    let both = format!("{balance}&XML={}", bad_login.replace(' ', "+"));
    let encoded = balance.replace('<', "%3C");
    let encoded = format!(
        "--x\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n{encoded}\r\n--x--\r\n"
    );
    let form = "application/x-www-form-urlencoded";
    let script = "/members/sms/xml.php";
    vec![
        request("POST", "//members/sms/xml.php", "text/xml", &balance),
        request("POST", "/other", "text/xml", &balance),
        request("POST", "/MEMBERS/sms/xml.php", "text/xml", &balance),
        request("PUT", script, "text/xml", &balance),
        request("POST", script, "text/xml", &bad_login),
        request(
            "POST",
            script,
            "text/xml",
            &of_poor("<number>999000000001</number>"),
        ),
        request("POST", script, "text/xml", &of_poor("")),
        request("POST", script, form, &plus),
        request("POST", script, form, &both),
        request("POST", script, "multipart/form-data; boundary=x", &encoded),
    ]
}

/// A request whose connection ends with its reply.
pub(super) fn request(method: &str, path: &str, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

//! Rows about how a document travels, and in which characters.

use super::super::sample::{ONE, asked, form, headed, multipart, of, post, raw, send, unescaped};
use super::{Row, one, row};
use crate::xml::charset::Charset;

pub(super) fn travel() -> Vec<Row> {
    let hello = send("Hello", ONE);
    vec![
        row(
            "form-cut",
            one(unescaped(&send("Fish &amp; Chips", ONE))),
            "the & at byte 240 of the body ends the document: PHP reads only «<?xml … >\\n<sender>SMSKA</sender>\\n<text>Fish »",
            one(form(send("Fish &amp; Chips", ONE))),
        ),
        row(
            "form-cut",
            one(unescaped(&send("100%41", ONE))),
            "the %41 at byte 238 of the body becomes «A»",
            one(unescaped(&send("100%1%", ONE).replace("%1%", "% sure"))),
        ),
        row(
            "form-cut",
            // JavaScript's encodeURI.
            one(post(
                "application/x-www-form-urlencoded",
                format!(
                    "XML={}",
                    send("Fish &amp; Chips", ONE)
                        .replace('<', "%3C")
                        .replace('>', "%3E")
                        .replace('"', "%22")
                        .replace('\n', "%0A")
                        .replace(' ', "%20")
                ),
            )),
            "the & at byte 340 of the body ends the document: PHP reads only «<?xml … >\\n<sender>SMSKA</sender>\\n<text>Fish »",
            one(form(&hello)),
        ),
        row(
            "plus-lost",
            one(unescaped(&send("C++", ONE))),
            "the + at byte 236 of the body becomes a blank, and 1 more",
            one(unescaped(&hello.replace(">999", ">+999"))),
        ),
        row(
            "plus-lost",
            of(
                &asked("1+1"),
                post(
                    "application/x-www-form-urlencoded",
                    String::from_utf8(form(send("1+1", ONE)).body)
                        .unwrap()
                        .replace("%2B", "+"),
                ),
            ),
            "the + at byte 350 of the body becomes a blank",
            of(&asked("1+1 is 2"), form(send("1+1 is 2", ONE))),
        ),
        row(
            "form-not-encoded",
            one(unescaped(&hello)),
            "the document stands in the form as it is, and Content-Type promises percent-encoding; this time nothing was changed",
            one(form(&hello)),
        ),
        row(
            "no-document",
            one(post("application/x-www-form-urlencoded", "xml=%3CSMS/%3E")),
            "the field is called «xml»; the gateway looks for XML, in upper case",
            one(form(&hello)),
        ),
        row(
            "no-document",
            one(post("application/json", "{\"XML\":\"\"}")),
            "the body is JSON",
            one(multipart(&hello)),
        ),
        row(
            "no-document",
            one(post("text/xml", "XML=%3CSMS/%3E")),
            "the body is a form, and Content-Type says «text/xml»: only application/x-www-form-urlencoded is read as one",
            one(raw(hello.clone())),
        ),
        row(
            "no-document",
            one(post(
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"XML\"; filename=\"a.xml\"\r\n\r\n<SMS/>\r\n--x--\r\n",
            )),
            "the part has a filename: it is an upload, and no field",
            one(raw(format!(" \n{hello}"))),
        ),
        row(
            "no-document",
            one(post("application/x-www-form-urlencoded", "XML=")),
            "the field XML is empty",
            one(headed(
                form(&hello),
                "x-www-form-urlencoded",
                "x-www-form-urlencoded; charset=utf-8",
            )),
        ),
        row(
            "wrong-method",
            one(headed(form(&hello), "POST", "PUT")),
            "the method is «PUT»; the gateway reads POST only",
            one(form(&hello)),
        ),
        row(
            "wrong-path",
            one(headed(form(&hello), "/members/sms/xml.php", "/api/sms")),
            "the path is «/api/sms», where nothing of the gateway is",
            one(headed(
                form(&hello),
                "/members/sms/xml.php",
                "//sms/xml/?a=b",
            )),
        ),
        row(
            "http-broken",
            one(headed(
                form(&hello),
                "Content-Length: ",
                "Content-Length: 9",
            )),
            "Content-Length says 9499, and 499 bytes came",
            one(headed(form(&hello), "Content-Length", "X-Length")),
        ),
        row(
            "http-broken",
            one({
                let mut cut = raw(send("Привет", ONE));
                cut.body.truncate(cut.body.len() - 6);
                headed(cut, "Content-Length: 334", "Content-Length: 328")
            }),
            "the document stops after the 328 bytes that Content-Length promised, with 6 characters of several bytes in it: the length was counted in characters, so that at least 6 bytes were cut off",
            one(raw(send("Привет", ONE))),
        ),
        row(
            "http-broken",
            one({
                let mut odd = form(&hello);
                odd.head = b"ber></numbers></SMS>POST / HTTP/1.1\r\n\r\n".to_vec();
                odd
            }),
            "these bytes are no HTTP request; they may be the rest of the body before them, if its Content-Length was too small",
            one({
                let mut surplus = raw(hello.clone());
                surplus.body.extend(b"\r\n");
                surplus
            }),
        ),
        row(
            "http-broken",
            one({
                let mut odd = form(&hello);
                odd.head = Vec::new();
                odd.body = b"ber></numbers></SMS>".to_vec();
                odd
            }),
            "these bytes are no HTTP request; they may be the rest of the body before them, if its Content-Length was too small",
            one(form(&hello)),
        ),
        row(
            "http-broken",
            one(headed(
                form(&hello),
                "Content-Length: ",
                "Content-Length: x",
            )),
            "Content-Length says «x499», which is no number",
            one(form(&hello)),
        ),
        Row {
            also: &["wrong-method"],
            ..row(
                "password-in-url",
                one(headed(
                    form(""),
                    "POST /members/sms/xml.php",
                    "GET /members/sms/xml.php?XML=%3CSMS%3E%3Cpassword%3Es3cret-pw",
                )),
                "the document stands in the query, with the password in it",
                one(headed(form(&hello), "xml.php", "xml.php?user=demo")),
            )
        },
        row(
            "password-in-url",
            one(headed(form(&hello), "xml.php", "xml.php?login=a&pass=b")),
            "the field «pass» of the query holds the password",
            one(headed(form(&hello), "xml.php", "xml.php?passage=b")),
        ),
        row(
            "plain-http",
            one(headed(form(&hello), "127.0.0.1:8621", "sms.example.com")),
            "the request to «sms.example.com» went over http://",
            one({
                let mut secure = headed(form(&hello), "127.0.0.1:8621", "sms.example.com");
                secure.channel = crate::stand_in::received::Channel::Tls;
                secure
            }),
        ),
    ]
}

pub(super) fn characters() -> Vec<Row> {
    let privet = send("Привет", ONE);
    let declared = |name: &str| privet.replace("UTF-8", name);
    vec![
        row(
            "charset-lost",
            of(&asked("Привет, John"), form(send("??????, John", ONE))),
            "the text arrives as «??????, John» for «Привет, John»",
            of(&asked("Really????"), form(send("Really????", ONE))),
        ),
        row(
            "charset-lost",
            one(form(send("?????? ??? 5", ONE))),
            "the text arrives as «?????? ??? 5»",
            one(form(send("What??? Really??? ???", ONE))),
        ),
        row(
            "charset-not-as-declared",
            one(form(Charset::Windows1251.encode(&privet))),
            "the byte CF at 231 of the document is no UTF-8, which the document declares; read as windows-1251 it begins «Привет»",
            one(form(Charset::Windows1251.encode(&declared("windows-1251")))),
        ),
        row(
            "charset-not-as-declared",
            one(form(declared("windows-1251"))),
            "the text arrives as «РџСЂРёРІРµС‚»; it is «Привет» in UTF-8, taken for windows-1251",
            one(form(Charset::Koi8R.encode(&declared("KOI8-R")))),
        ),
        row(
            "charset-not-as-declared",
            one(form(send("ÐŸÑ€Ð¸Ð²ÐµÑ‚", ONE))),
            "the text arrives as «ÐŸÑ€Ð¸Ð²ÐµÑ‚»; it is «Привет» in UTF-8, taken for ISO-8859-1",
            one(form(send("Ça va? Où êtes-vous, Noël?", ONE))),
        ),
        row(
            "charset-not-as-declared",
            one(form(send("Ïðèâåò!", ONE))),
            "the text arrives as «Ïðèâåò!»; it is «Привет!» in windows-1251, taken for ISO-8859-1",
            one(form(send("«Ёжик» — №5 €", ONE))),
        ),
        row(
            "charset-not-as-declared",
            one(form(declared("klingon"))),
            "the declaration names the charset «klingon», which nobody knows",
            one(form(declared("utf-8"))),
        ),
        row(
            "charset-header-differs",
            one(headed(
                raw(privet.clone()),
                "text/xml",
                "text/xml, charset=windows-1251",
            )),
            "Content-Type names «windows-1251», and the document is in UTF-8",
            one(headed(
                raw(privet.clone()),
                "text/xml",
                "text/xml; charset=\"utf8\"",
            )),
        ),
    ]
}

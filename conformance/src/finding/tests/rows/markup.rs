//! Rows about markup, and about what is asked.

use super::super::sample::{
    ONE, PASSWORD, asked, asking, document, form, message, multipart, of, send,
};
use super::{Row, one, row};
use crate::operation::Operation;

pub(super) fn markup() -> Vec<Row> {
    let hello = send("Hello", ONE);
    vec![
        row(
            "text-not-escaped",
            one(form(send("Fish & Chips", ONE))),
            "the & at byte 236 of the document, in <text>, begins no reference: it must be written &amp;",
            one(form(send("Fish &amp; Chips &#38; Co", ONE))),
        ),
        row(
            "text-not-escaped",
            one(multipart(send("1 < 2", ONE))),
            "the < at byte 233 of the document, in <text>, is taken for the beginning of a tag: it must be written &lt;",
            one(multipart(send("<![CDATA[1 < 2 & 3]]>", ONE))),
        ),
        row(
            "text-not-escaped",
            one(form(send("a&nbsp;b", ONE))),
            "the & at byte 232 of the document, in <text>, begins &nbsp;, which HTML knows and XML does not: it must be written as the character or its number",
            one(form(send("a&#160;b", ONE))),
        ),
        row(
            "text-not-escaped",
            one(form(hello.replace(PASSWORD, "s3&pw"))),
            "the & at byte 155 of the document, in <password>, begins no reference: it must be written &amp;",
            one(form(hello.replace(PASSWORD, "s3&amp;pw"))),
        ),
        row(
            "text-not-escaped",
            one(form(hello.replace("a1", "a\"1"))),
            "the \" at byte 285 of the document, in an attribute of <number>, ends the value of the attribute too early: it must be written &quot;",
            one(form(hello.replace("a1", "a&quot;1"))),
        ),
        row(
            "text-not-escaped",
            one(form(send("<b>Hello</b>", ONE))),
            "<text> holds the element <b>: what should be text is taken for markup, and is not sent",
            one(form(send("&lt;b>Hello&lt;/b>", ONE))),
        ),
        row(
            "text-not-escaped",
            of(&asked("&#65;"), form(send("&#65;", ONE))),
            "«&#65;» was asked, and its & is taken for the beginning of a reference: it must be written &amp;",
            of(&asked("&#65;"), form(send("&amp;#65;", ONE))),
        ),
        row(
            "malformed",
            one(form(hello.replace("</numbers>", ""))),
            "ill-formed document: expected `</numbers>`, but `</SMS>` was found, at byte 311 of the document (line 17, column 1)",
            one(form(format!(" \n{hello}\n"))),
        ),
        row(
            "malformed",
            one(form(percent(&hello))),
            "the document is percent-encoded twice: after decoding it begins with %3C",
            one(form(hello.replace(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                "",
            ))),
        ),
        row(
            "malformed",
            one(form(send("a\u{1}b", ONE))),
            "the character U+0001, which XML does not allow, at byte 232 of the document (line 12, column 8)",
            one(form(send("a\tb", ONE))),
        ),
        row(
            "doctype",
            one(form(hello.replace("<SMS>", "<!DOCTYPE SMS><SMS>"))),
            "there is a DOCTYPE at byte 39 of the document",
            one(form(hello.replace("<SMS>", "<!-- DOCTYPE --><SMS>"))),
        ),
        row(
            "wrong-root",
            one(form(hello.replace("SMS>", "sms>"))),
            "the root element is <sms>, not <SMS>",
            one(form(hello.replace("<SMS>", "<SMS version=\"2\">"))),
        ),
        row(
            "double-escaped",
            one(form(send("Fish &amp;amp; Chips", ONE))),
            "<text> says &amp; where & was meant: it was escaped twice",
            one(form(send("Fish &amp; Chips; amp;", ONE))),
        ),
        row(
            "double-escaped",
            of(
                &asked("it's <b>"),
                form(send("<![CDATA[it&#039;s &lt;b&gt;]]>", ONE)),
            ),
            "<text> says &lt; where < was meant: in CDATA nothing is escaped",
            of(
                &asked("&lt;b&gt;"),
                form(send("<![CDATA[&lt;b&gt;]]>", ONE)),
            ),
        ),
        row(
            "cdata-broken",
            one(form(send("<![CDATA[a ]]> b]]>", ONE))),
            "the ]]> at byte 242 of the document ends the CDATA section inside <text>",
            one(form(send("<![CDATA[a ]]]]><![CDATA[> b]]>", ONE))),
        ),
        row(
            "cdata-broken",
            one(form(send("<![CDATA[x]]></text>]]>", ONE))),
            "the ]]> at byte 241 of the document ends the CDATA section inside <text>",
            one(form(send("<![CDATA[x]]> y", ONE))),
        ),
    ]
}

pub(super) fn percent(text: &str) -> String {
    String::from_utf8(crate::client::transport::percent_encode(text.as_bytes())).unwrap()
}

pub(super) fn operations() -> Vec<Row> {
    let hello = send("Hello", ONE);
    let balance = document("BALANCE", "");
    vec![
        row(
            "operation-wrong",
            one(form(balance.replace("BALANCE", "balance"))),
            "the operation is «balance»; it has to be BALANCE, in upper case",
            one(form(balance.replace("BALANCE", " BALANCE\n"))),
        ),
        row(
            "operation-wrong",
            one(form(document("SENDSMS", ""))),
            "the operation is «SENDSMS», which the gateway does not know",
            one(form(document("CREDITPRICE", ""))),
        ),
        row(
            "operation-wrong",
            one(form(balance.replace("operations>", "ops>"))),
            "there is no <operations><operation>",
            one(form(document("GETPRICE", &hello_inside()))),
        ),
        row(
            "several-operations",
            one(form(balance.replace(
                "<operation>",
                "<operation>SEND</operation>\n<operation>",
            ))),
            "there are 2 operations: «SEND, BALANCE»",
            one(form(&balance)),
        ),
        row(
            "operation-changed",
            of(&asking(Operation::GetPrice(message("Hello"))), form(&hello)),
            "GETPRICE was asked, and «SEND» was sent",
            vec![
                (form(&balance), Some(asked("Hello"))),
                (form(&hello), Some(asked("Hello"))),
            ],
        ),
        row(
            "login-changed",
            of(&asked("Hello"), form(hello.replace(PASSWORD, "s3cret"))),
            "the password arrives without its last 3 characters",
            of(
                &asked("Hello"),
                form(hello.replace(PASSWORD, "<![CDATA[s3cret-pw]]>")),
            ),
        ),
        row(
            "login-changed",
            of(&asked("Hello"), form(hello.replace(">demo<", ">Demo<"))),
            "the login is «Demo», and «demo» was given",
            of(
                &asked("Hello"),
                form(hello.replace("authentication", "authentification")),
            ),
        ),
        row(
            "login-changed",
            one(form(hello.replace("authentication", "login"))),
            "there is no <authentication>",
            one(form(&hello)),
        ),
    ]
}

pub(super) fn hello_inside() -> String {
    format!("<message><sender>SMSKA</sender><text>Hello</text></message><numbers>{ONE}</numbers>")
}

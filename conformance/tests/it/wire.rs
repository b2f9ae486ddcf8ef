//! The exact bytes that each transport puts on the wire (FORM-03 to FORM-07).

use crate::endpoint::{Endpoint, PASSWORD, call, run};

const REPLY: &str = "<RESPONSE>\n<status>0</status>\n<credits>195</credits>\n</RESPONSE>\n";

/// The document of BALANCE, with this declaration and password.
fn document(encoding: &str, password: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n<SMS>\n<operations>\n<operation>BALANCE</operation>\n\
         </operations>\n<authentication>\n<username>demo</username>\n<password>{password}</password>\n\
         </authentication>\n</SMS>\n"
    )
}

fn request(arguments: &[&str]) -> (String, Vec<u8>) {
    let endpoint = Endpoint::answering(REPLY);
    let url = endpoint.url();
    let output = call(&url, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let raw = endpoint.request();
    let head = raw
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let port = url
        .trim_start_matches("http://127.0.0.1:")
        .split('/')
        .next()
        .unwrap();
    (
        String::from_utf8(raw[..head].to_vec())
            .unwrap()
            .replace(port, "PORT"),
        raw[head + 4..].to_vec(),
    )
}

#[track_caller]
fn check(transport: &str, content_type: Option<&str>, body: &str) {
    let (head, sent) = request(&["balance", "--transport", transport]);
    assert_eq!(String::from_utf8(sent).unwrap(), body);
    let content_type = content_type
        .map(|value| format!("Content-Type: {value}\r\n"))
        .unwrap_or_default();
    assert_eq!(
        head,
        format!(
            "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\
             User-Agent: epochta-conformance/{}\r\n{content_type}Content-Length: {}",
            env!("CARGO_PKG_VERSION"),
            body.len()
        )
    );
}

#[test]
fn each_transport_has_its_exact_bytes() {
    let document = document("UTF-8", "s3cr3t&amp;&lt;п&gt;]]&gt;");
    let form = Some("application/x-www-form-urlencoded");
    check("raw", Some("text/xml"), &document);
    check("raw-utf8", Some("text/xml; charset=utf-8"), &document);
    check(
        "raw-comma",
        Some("text/xml, charset=windows-1251"),
        &document,
    );
    check("raw-form", form, &document);
    check("raw-bare", None, &document);
    check("unescaped", form, &format!("XML={document}"));
    let boundary = "------------------------epochta";
    check(
        "multipart",
        Some(&format!("multipart/form-data; boundary={boundary}")),
        &format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n{document}\r\n--{boundary}--\r\n"
        ),
    );
    check(
        "urlencoded",
        form,
        "XML=%3C%3Fxml+version%3D%221.0%22+encoding%3D%22UTF-8%22%3F%3E%0A%3CSMS%3E%0A%3Coperations%3E%0A\
         %3Coperation%3EBALANCE%3C%2Foperation%3E%0A%3C%2Foperations%3E%0A%3Cauthentication%3E%0A\
         %3Cusername%3Edemo%3C%2Fusername%3E%0A%3Cpassword%3Es3cr3t%26amp%3B%26lt%3B%D0%BF%26gt%3B%5D%5D%26gt%3B\
         %3C%2Fpassword%3E%0A%3C%2Fauthentication%3E%0A%3C%2FSMS%3E%0A",
    );
}

#[test]
fn charset_spelling_and_cdata_reach_the_document() {
    let (_, body) = request(&["balance", "--transport", "raw", "--charset", "windows-1251"]);
    let expected = document("windows-1251", "s3cr3t&amp;&lt;\u{1}&gt;]]&gt;").into_bytes();
    let expected: Vec<u8> = expected
        .into_iter()
        .map(|byte| if byte == 1 { 0xEF } else { byte })
        .collect();
    assert_eq!(body, expected);

    let (_, body) = request(&["balance", "--transport", "raw", "--charset", "utf-16be"]);
    assert!(body.starts_with(b"\xFE\xFF\0<\0?\0x\0m\0l"));

    let arguments = [
        "balance",
        "--transport",
        "raw",
        "--spelling",
        "authentification",
        "--cdata",
    ];
    let body = String::from_utf8(request(&arguments).1).unwrap();
    assert!(
        body.contains("<authentification>\n<username><![CDATA[demo]]></username>"),
        "{body}"
    );
    assert!(
        body.contains("<password><![CDATA[s3cr3t&<п>]]]]><![CDATA[>]]></password>"),
        "{body}"
    );
}

#[test]
fn a_url_without_a_path_means_the_script() {
    for path in ["", "/", "/members/sms/xml.php"] {
        let endpoint = Endpoint::answering(REPLY);
        let url = endpoint.url().replace("/members/sms/xml.php", path);
        assert_eq!(call(&url, &["balance"]).status.code(), Some(0));
        let request = endpoint.request();
        assert!(request.starts_with(b"POST /members/sms/xml.php HTTP/1.1\r\n"));
    }
    let endpoint = Endpoint::answering(REPLY);
    let url = endpoint.url().replace("/members/sms/xml.php", "/other");
    assert_eq!(call(&url, &["balance"]).status.code(), Some(0));
    assert!(endpoint.request().starts_with(b"POST /other HTTP/1.1\r\n"));
}

#[test]
fn options_may_stand_before_the_operation() {
    let endpoint = Endpoint::answering(REPLY);
    let output = run(&[
        "call",
        "--url",
        &endpoint.url(),
        "--username",
        "demo",
        "--transport",
        "raw",
        "-q",
        "balance",
        "--password",
        PASSWORD,
    ]);
    assert_eq!(output.stdout, b"BALANCE 195 credits\n");
    let request = String::from_utf8(endpoint.request()).unwrap();
    assert!(
        request.contains("\r\nContent-Type: text/xml\r\n"),
        "{request}"
    );
    assert!(request.contains("<password>s3cr3t&amp;"), "{request}");
}

#[test]
fn the_command_line_outweighs_the_environment_on_either_side() {
    for arguments in [
        ["call", "--username", "demo", "balance", "-q"],
        ["call", "balance", "--username", "demo", "-q"],
    ] {
        let endpoint = Endpoint::answering(REPLY);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_epochta-conformance"))
            .args(arguments)
            .env("EPOCHTA_URL", endpoint.url())
            .env("EPOCHTA_USERNAME", "other")
            .env("EPOCHTA_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        let request = String::from_utf8(endpoint.request()).unwrap();
        assert!(request.contains("<username>demo<"), "{request}");
    }
}

#[test]
fn no_help_shows_what_the_environment_holds() {
    for arguments in [
        ["call", "--help"].as_slice(),
        &["call", "balance", "--help"],
        &["call", "send", "-h"],
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_epochta-conformance"))
            .args(arguments)
            .env("EPOCHTA_USERNAME", "my-login")
            .env("EPOCHTA_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("[env: EPOCHTA_PASSWORD]"), "{help}");
        assert!(
            !help.contains("my-login") && !help.contains("s3cr3t"),
            "{help}"
        );
    }
}

#[test]
fn recipients_carry_their_ids_and_variables() {
    let send = [
        "price",
        "--from",
        "SMSKA",
        "--text",
        "a & %1%",
        "--to",
        "1",
        "--to",
        "2,id=x,vars=\"p\";q",
    ];
    let (_, body) = request(
        &[
            send.as_slice(),
            &["--transport", "raw", "--id-spelling", "messageId"],
        ]
        .concat(),
    );
    let body = String::from_utf8(body).unwrap();
    assert!(
        body.contains("<sender>SMSKA</sender>\n<text>a &amp; %1%</text>"),
        "{body}"
    );
    assert!(
        body.contains(
            "<number>1</number>\n<number messageId=\"x\" variables=\"&quot;p&quot;;q\">2</number>"
        ),
        "{body}"
    );
}

#[test]
fn the_login_may_come_from_the_environment() {
    let endpoint = Endpoint::answering(REPLY);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_epochta-conformance"))
        .args(["call", "balance", "-q"])
        .env("EPOCHTA_URL", endpoint.url())
        .env("EPOCHTA_USERNAME", "demo")
        .env("EPOCHTA_PASSWORD", PASSWORD)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "BALANCE 195 credits\n"
    );
    assert!(
        endpoint
            .request()
            .windows(6)
            .any(|window| window == b"s3cr3t")
    );
    let help = run(&["call", "balance", "--help"]);
    assert!(
        String::from_utf8(help.stdout)
            .unwrap()
            .contains("[env: EPOCHTA_PASSWORD]")
    );
}

//! No reply, or none that makes sense: each has its exit code and says what to do.

use insta::assert_snapshot;

use crate::endpoint::{Answer, Endpoint, call, run, settle, stderr, stdout};

#[track_caller]
fn check(answer: Answer, exit: i32, expected: &str) {
    // Only an endpoint that never answers is to be given up; the others may take their time.
    let timeout = match &answer {
        Answer::Never => "50ms",
        Answer::Bytes(_) | Answer::Echo => "30s",
    };
    let endpoint = Endpoint::start(answer);
    let output = call(
        &endpoint.url(),
        &["balance", "--quiet", "--timeout", timeout],
    );
    let shown = stdout(&output) + &stderr(&output);
    assert!(shown.contains(expected), "{shown}");
    assert_eq!(output.status.code(), Some(exit), "{shown}");
    endpoint.request();
}

fn bytes(text: &str) -> Answer {
    Answer::Bytes(text.as_bytes().to_vec())
}

#[test]
fn an_endpoint_that_never_answers_is_given_up() {
    check(
        Answer::Never,
        3,
        "got no complete reply within 50ms; allow more time",
    );
}

#[test]
fn a_connection_that_ends_early_is_said_to() {
    check(
        bytes(""),
        3,
        "closed the connection before the reply was complete",
    );
    check(
        bytes("HTTP/1.1 200 OK\r\nConte"),
        3,
        "closed the connection before the reply was complete",
    );
    check(
        bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<RESP"),
        3,
        "before the reply was complete",
    );
}

#[test]
fn what_is_not_http_is_said_to_be_so() {
    check(
        bytes("220 smtp.example ESMTP\r\n"),
        3,
        "answered with something that is not HTTP",
    );
}

#[test]
fn what_is_not_as_documented_is_refused() {
    let reply = |head: &str, body: &str| bytes(&format!("HTTP/1.1 {head}\r\n\r\n{body}"));
    check(
        reply("200 OK", "\0\x01garbage"),
        1,
        "not as documented: not well-formed XML at line 1, column 1",
    );
    check(
        reply("200 OK", ""),
        1,
        "not as documented: not well-formed XML at line 1, column 1: there is no root",
    );
    check(
        reply("500 Oops", "<RESPONSE><status>0</status></RESPONSE>"),
        1,
        "HTTP status 500",
    );
    check(
        reply("404 Not Found", "\nno such page\nthe rest"),
        1,
        "not as documented: HTTP status 404, where every result is 200 (REPLY-01): no such page\n",
    );
    check(
        reply("404 Not Found", "<html>\n</html>"),
        1,
        "is 200 (REPLY-01)\n",
    );
    check(
        reply(
            "200 OK",
            "<RESPONSE><status>0</status><credits><credits></RESPONSE>",
        ),
        1,
        "expected `</credits>`",
    );
}

#[test]
fn chunks_and_interim_replies_are_taken_away() {
    let chunked = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                   1b\r\n<RESPONSE><status>0</status\r\n1d\r\n><credits>1</credits></RESPON\r\n3\r\nSE>\r\n0\r\n\r\n";
    check(bytes(chunked), 0, "BALANCE 1 credit\n");
}

#[test]
fn nobody_listening_is_exit_code_3() {
    // Bound and not listening: the port is taken, and nobody answers.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/");
    let output = call(&url, &["balance"]);
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(3), String::new())
    );
    settle(|| {
        assert_snapshot!(stderr(&output), @"error: cannot connect to 127.0.0.1:PORT: Connection refused (os error 111); is a gateway running there?");
    });
    let output = call(&url, &["balance", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    settle(|| {
        assert_snapshot!(stdout(&output), @r#"
        {
          "outcome": "failed",
          "summary": "cannot connect to 127.0.0.1:PORT: Connection refused (os error 111); is a gateway running there?",
          "operation": "BALANCE",
          "url": "http://127.0.0.1:PORT/members/sms/xml.php",
          "warnings": []
        }
        "#);
    });
}

#[test]
fn other_machines_are_refused_unless_meant() {
    let output = call("http://192.0.2.1/members/sms/xml.php", &["balance"]);
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(stderr(&output), @"error: http://192.0.2.1:80/members/sms/xml.php is not on this machine, and the real gateway sends real messages for real money; add --live if you mean it");
}

#[test]
fn wrong_arguments_say_what_to_write() {
    #[track_caller]
    fn check(arguments: &[&str], expected: &str) {
        let output = call("http://127.0.0.1:1/", arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    check(&["send", "--text", "x"], "--to <NUMBER[,id=ID][,vars=A;B]>");
    check(
        &["send", "--text", "x", "--to", "1,name=x"],
        "write NUMBER[,id=ID][,vars=A;B]",
    );
    check(&["status"], "--id <ID>");
    check(&["status", "--id", "a", "--id", ""], "an empty id is no id");
    check(
        &["balance", "--transport", "pigeon"],
        "possible values: multipart",
    );
    check(
        &["balance", "--timeout", "soon"],
        "such as 30s, 500ms or 2m",
    );
    check(&["balance", "--json", "--quiet"], "cannot be used with");
    let https = run(&[
        "call",
        "balance",
        "--url",
        "https://127.0.0.1/",
        "--username",
        "u",
        "--password",
        "p",
    ]);
    assert_eq!(https.status.code(), Some(2));
    assert!(
        stderr(&https).contains("https is not supported; write http://"),
        "{}",
        stderr(&https)
    );
    let nobody = run(&["call", "balance"]);
    assert!(
        stderr(&nobody).contains("--username <USERNAME>"),
        "{}",
        stderr(&nobody)
    );
    assert_eq!(nobody.status.code(), Some(2));
    let no_password = run(&["call", "--username", "u", "balance"]);
    assert_snapshot!(stderr(&no_password), @"error: --password <PASSWORD> is missing; set EPOCHTA_PASSWORD, or give it");
    assert_eq!(no_password.status.code(), Some(2));
}

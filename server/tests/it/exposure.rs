//! Who may use the control API, as headers over a socket; and the program at addresses beyond loopback.

use epochta_mock::http::counters::Count;

use crate::server::{Server, document, split, urlencoded};

const HERE: &str = "Host: 127.0.0.1:8620\r\n";

async fn ask(server: &Server, line: &str, headers: &str, body: &str) -> (u16, String, String) {
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let reply = server.exchange(request.as_bytes()).await;
    let (status, body) = split(&reply);
    let body = String::from_utf8(body.to_vec()).unwrap();
    (status, String::from_utf8_lossy(&reply).to_string(), body)
}

/// What browsers send for a page of another origin, by every way that a page has; and by a name rebound to us.
#[tokio::test]
async fn no_web_page_of_another_origin_gets_at_the_control_api() {
    let server = Server::documented().await;
    let origin = "Origin: http://127.0.0.1:3000\r\n";
    let cross = "Sec-Fetch-Site: cross-site\r\n";
    let same_site = "Sec-Fetch-Site: same-site\r\n";
    let text = "Content-Type: text/plain\r\n";
    let rebound = "Host: evil.example:8620\r\nOrigin: http://evil.example:8620\r\nSec-Fetch-Site: same-origin\r\n";
    let handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    for (line, headers, counter) in [
        // fetch, and a form: text/plain and urlencoded need no preflight.
        (
            "POST /_mock/reset",
            format!("{HERE}{origin}"),
            Count::DeniedOrigin,
        ),
        (
            "POST /_mock/reset",
            format!("{HERE}{origin}{text}{cross}"),
            Count::DeniedOrigin,
        ),
        (
            "POST /_mock/accounts",
            format!("{HERE}Origin: null\r\n{text}"),
            Count::DeniedOrigin,
        ),
        (
            "OPTIONS /_mock/accounts",
            format!("{HERE}{origin}Access-Control-Request-Method: DELETE\r\n"),
            Count::DeniedOrigin,
        ),
        // An image, a script, a link, a frame: no Origin.
        (
            "GET /_mock/accounts",
            format!("{HERE}{cross}Sec-Fetch-Dest: image\r\n"),
            Count::DeniedOrigin,
        ),
        (
            "GET /_mock/messages/wait",
            format!("{HERE}{same_site}Sec-Fetch-Dest: script\r\n"),
            Count::DeniedOrigin,
        ),
        // EventSource, WebSocket.
        (
            "GET /_mock/requests",
            format!("{HERE}{origin}Accept: text/event-stream\r\n"),
            Count::DeniedOrigin,
        ),
        (
            "GET /_mock/requests",
            format!("{HERE}{origin}{handshake}"),
            Count::DeniedOrigin,
        ),
        // A name that was rebound: to the browser the page is our own.
        ("GET /_mock/accounts", rebound.to_owned(), Count::DeniedHost),
        ("POST /_mock/reset", rebound.to_owned(), Count::DeniedHost),
        (
            "GET /s/a/_mock/clock",
            rebound.to_owned(),
            Count::DeniedHost,
        ),
        (
            "GET http://evil.example/_mock/accounts",
            HERE.to_owned(),
            Count::DeniedHost,
        ),
        (
            "GET /_mock/accounts",
            "Host: 0.0.0.0:8620\r\n".to_owned(),
            Count::DeniedHost,
        ),
    ] {
        let before = server.app.sockets.counters.of(counter);
        let (status, reply, body) = ask(&server, line, &headers, "").await;
        assert_eq!(status, 403, "{line} {headers}: {reply}");
        assert!(
            reply.contains("Content-Type: application/problem+json\r\n"),
            "{reply}"
        );
        assert!(!body.contains("demo"), "{reply}");
        assert!(
            !reply.to_ascii_lowercase().contains("access-control"),
            "{reply}"
        );
        assert_eq!(
            server.app.sockets.counters.of(counter),
            before + 1,
            "{line} {headers}"
        );
    }
    assert_eq!(
        server.app.spaces.all().len(),
        1,
        "none of it opened a space"
    );
    // Who is let in is told nothing that would let a page read it, either.
    let own = format!("{HERE}Origin: http://127.0.0.1:8620\r\nSec-Fetch-Site: same-origin\r\n");
    let (status, reply, _) = ask(&server, "GET /_mock/accounts", &own, "").await;
    assert_eq!(status, 200);
    assert!(
        !reply.to_ascii_lowercase().contains("access-control"),
        "{reply}"
    );
}

/// A page cannot spend a test's credits.
#[tokio::test]
async fn no_web_page_of_another_origin_sends() {
    let server = Server::documented().await;
    let request = String::from_utf8(urlencoded(&document("BALANCE", "demo", "demo", ""))).unwrap();
    for (page, status) in [
        ("Sec-Fetch-Site: cross-site", 403),
        ("Sec-Fetch-Site: same-site", 403),
        ("Sec-Fetch-Site: same-origin", 200),
        ("Sec-Fetch-Site: none", 200),
        // To an address that is not of loopback, Chromium says no more than this.
        ("Origin: http://evil.example", 403),
        ("Origin: null", 403),
        ("Origin: http://127.0.0.1", 200),
    ] {
        let request = request.replacen("Host:", &format!("{page}\r\nHost:"), 1);
        let reply = server.exchange(request.as_bytes()).await;
        assert_eq!(split(&reply).0, status, "{page}");
    }
    assert_eq!(server.app.sockets.counters.of(Count::PageRefused), 4);
}

/// Looking at a space that nobody has opened does not open it.
#[tokio::test]
async fn a_get_changes_nothing() {
    let server = Server::documented().await;
    for path in [
        "accounts",
        "clock",
        "messages",
        "requests",
        "scripts",
        "metrics",
        "accounts/demo/ledger",
    ] {
        let (status, reply, _) = ask(&server, &format!("GET /s/new/_mock/{path}"), HERE, "").await;
        assert_eq!(status, 200, "{path}: {reply}");
        assert_eq!(
            ask(&server, &format!("HEAD /s/new/_mock/{path}"), HERE, "")
                .await
                .0,
            200
        );
    }
    for refused in [
        "GET /s/new/_mock/messages/wait?bogus=1",
        "GET /s/new/_mock/messages/wait?to=x",
    ] {
        assert_eq!(ask(&server, refused, HERE, "").await.0, 400, "{refused}");
    }
    let gateway = "GET /s/new/members/sms/xml.php";
    assert_eq!(ask(&server, gateway, HERE, "").await.0, 200);
    assert_eq!(server.app.spaces.all().len(), 1);
    ask(
        &server,
        "PUT /s/new/_mock/clock",
        HERE,
        "{ \"mode\": \"frozen\" }",
    )
    .await;
    assert_eq!(server.app.spaces.all().len(), 2);
    let (_, _, body) = ask(&server, "GET /s/new/_mock/clock", HERE, "").await;
    assert!(body.contains("frozen"), "{body}");
}

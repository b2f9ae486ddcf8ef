//! Requests of any bytes, and connections that are kept (FORM-09): the client against an endpoint that goes by a script.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::thread::JoinHandle;
use std::time::Duration;

use epochta_conformance::client::conn::{Connection, ExchangeError, Patience, exchange_raw};
use epochta_conformance::client::endpoint::Endpoint;
use epochta_conformance::client::exchange::{Afterwards, Exchange};
use epochta_conformance::client::outgoing::Outgoing;
use epochta_conformance::client::raw::{RawRequest, Step};
use hyper::Method;

/// What the endpoint does next.
enum Act {
    /// Reads as many bytes as these, which must be these.
    Hear(Vec<u8>),
    /// Reads to the end of what the client has to say.
    HearAll(Vec<u8>),
    /// Sees that nothing is there to be read.
    HearNothing,
    /// Writes, as far as anybody listens.
    Say(Vec<u8>),
}

fn hear(text: &str) -> Act {
    Act::Hear(text.as_bytes().to_vec())
}

fn say(text: &str) -> Act {
    Act::Say(text.as_bytes().to_vec())
}

/// Accepts one connection and goes by the script; what is returned keeps the connection open until it is dropped.
fn serve(script: Vec<Act>) -> (Endpoint, JoinHandle<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        stream.set_nodelay(true).unwrap();
        for act in script {
            perform(&mut stream, act);
        }
        stream
    });
    (url.parse().unwrap(), thread)
}

fn perform(stream: &mut TcpStream, act: Act) {
    match act {
        Act::Hear(expected) => {
            let mut heard = vec![0; expected.len()];
            stream.read_exact(&mut heard).unwrap();
            assert_eq!(text(&heard), text(&expected));
        }
        Act::HearAll(expected) => {
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).unwrap();
            assert_eq!(text(&heard), text(&expected));
        }
        Act::HearNothing => {
            stream.set_nonblocking(true).unwrap();
            let error = stream.read(&mut [0]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            stream.set_nonblocking(false).unwrap();
        }
        Act::Say(bytes) => _ = stream.write_all(&bytes),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(30),
    whole: Duration::from_secs(30),
};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// One exchange with an endpoint that closes the connection after its last act.
fn one(request: &RawRequest, script: Vec<Act>) -> Result<Exchange, ExchangeError> {
    let (endpoint, thread) = serve(script);
    let thread = std::thread::spawn(move || drop(thread.join().unwrap()));
    let result = block_on(exchange_raw(&endpoint, request, PATIENCE));
    thread.join().unwrap();
    result
}

fn whole(text: &str) -> RawRequest {
    RawRequest::whole(text.as_bytes().to_vec())
}

const GET: &str = "GET / HTTP/1.1\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn any_reply_to_any_request_is_read_by_the_rules_of_http() {
    #[track_caller]
    fn check(request: &str, reply: &str, body: &str, afterwards: Afterwards) {
        for cut in [
            whole(request),
            RawRequest::head_apart(request.as_bytes()),
            RawRequest::in_pieces(request.as_bytes(), NonZeroUsize::MIN),
        ] {
            let exchange = one(&cut, vec![hear(request), say(reply)]).unwrap();
            assert_eq!(text(&exchange.request.raw), request);
            assert_eq!(text(&exchange.response.raw), reply);
            assert_eq!(text(&exchange.response.body), body);
            assert_eq!(exchange.afterwards, afterwards);
        }
    }
    use Afterwards::{Closed, Kept};
    check(GET, OK, "ok", Kept);
    // A lone line feed, an unknown method, no host, a length that is none.
    check("brew /\nContent-Length: x\n\n<a/>", OK, "ok", Kept);
    check(
        "",
        "HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n",
        "",
        Kept,
    );
    // HTTP/1.0 ends with the connection, or does not if both agree.
    let old = "POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\n<a/>";
    check(
        old,
        "HTTP/1.0 200 OK\r\n\r\nall there is",
        "all there is",
        Closed,
    );
    check(
        old,
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "ok",
        Closed,
    );
    let kept = "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok";
    check(old, kept, "ok", Kept);
    check(
        old,
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nok",
        "ok",
        Closed,
    );
    check(
        old,
        "HTTP/1.1 200 OK\r\n\r\nto the end",
        "to the end",
        Closed,
    );
    let close = "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok";
    check(GET, close, "ok", Closed);
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nab\r\n1\r\nc\r\n0\r\nX: y\r\n\r\n";
    check(GET, chunked, "abc", Kept);
    // No body, whatever the head says.
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    check("HEAD / HTTP/1.1\r\n\r\n", head, "", Kept);
    check(GET, "HTTP/1.1 204 Nothing\r\n\r\n", "", Kept);
    // Interim replies are no replies.
    let interim = format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\na: b\r\n\r\n{OK}");
    check(GET, &interim, "ok", Kept);
}

#[test]
fn a_body_may_wait_for_the_endpoint_to_ask() {
    let head = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    let request = RawRequest::body_on_demand(format!("{head}<a/>").as_bytes());
    let asks = vec![
        hear(head),
        Act::HearNothing,
        say("HTTP/1.1 100 Continue\r\n\r\n"),
        hear("<a/>"),
        say(OK),
    ];
    let exchange = one(&request, asks).unwrap();
    assert_eq!(exchange.request.body, b"<a/>");
    assert_eq!(exchange.response.status_line, "HTTP/1.1 200 OK");
    assert_eq!(
        text(&exchange.response.raw),
        format!("HTTP/1.1 100 Continue\r\n\r\n{OK}")
    );

    // An endpoint that does not want it says so, and never gets it.
    let refusal = "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n";
    let refuses = vec![hear(head), say(refusal), Act::HearAll(Vec::new())];
    let exchange = one(&request, refuses).unwrap();
    assert_eq!(text(&exchange.request.raw), head);
    assert_eq!(exchange.afterwards, Afterwards::Closed);
}

#[test]
fn a_request_may_end_before_its_length() {
    let cut = "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n<a/";
    let request = RawRequest {
        steps: vec![Step::Write(cut.as_bytes().to_vec()), Step::Finish],
    };
    let script = vec![Act::HearAll(cut.as_bytes().to_vec()), say(OK)];
    assert_eq!(text(&one(&request, script).unwrap().request.raw), cut);
}

#[test]
fn a_reply_before_the_whole_request_is_a_reply() {
    // More than any buffer takes, to an endpoint that does not read.
    let mut bytes = b"POST / HTTP/1.1\r\nContent-Length: 67108864\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + 67_108_864, b'x');
    let length = bytes.len();
    let (endpoint, thread) = serve(vec![say(OK)]);
    block_on(async {
        let mut connection = Connection::open(&endpoint, PATIENCE).await.unwrap();
        let request = RawRequest::whole(bytes);
        let exchange = connection.exchange_raw(&request).await.unwrap();
        assert_eq!(exchange.response.body, b"ok");
        assert_eq!(exchange.afterwards, Afterwards::Closed);
        assert!(exchange.request.raw.len() < length);
        // Nobody knows what the endpoint would take the next bytes for.
        let error = connection.exchange_raw(&request).await.unwrap_err();
        assert!(matches!(error, ExchangeError::Spent { .. }), "{error}");
    });
    drop(thread.join().unwrap());
}

/// A request whose bytes do not depend on the port.
fn typed(method: Method, headers: &[(&str, &str)], body: &str) -> Outgoing {
    let headers = [&[("Host", "h"), ("User-Agent", "a")], headers].concat();
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Outgoing {
        method,
        path: Some("/y?z".to_owned()),
        headers: headers.into_iter().map(own).collect(),
        ..Outgoing::post(None, body.as_bytes().to_vec())
    }
}

const TYPED: &str =
    "POST /y?z HTTP/1.1\r\nHost: h\r\nUser-Agent: a\r\nContent-Length: 4\r\n\r\n<a/>";

#[test]
fn a_connection_is_kept_and_each_exchange_has_its_own_bytes() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let turn = || [hear(TYPED), say(OK), hear(GET), say(chunked)];
    let (endpoint, thread) = serve([turn(), turn(), turn()].into_iter().flatten().collect());
    block_on(async {
        let mut connection = Connection::open(&endpoint, PATIENCE).await.unwrap();
        for _ in 0..3 {
            let outgoing = typed(Method::POST, &[], "<a/>");
            let exchange = connection.exchange(&outgoing).await.unwrap();
            assert_eq!(text(&exchange.request.raw), TYPED);
            assert_eq!(text(&exchange.response.raw), OK);
            assert_eq!(exchange.timing.connected, Duration::ZERO);
            let exchange = connection.exchange_raw(&whole(GET)).await.unwrap();
            assert_eq!(text(&exchange.request.raw), GET);
            assert_eq!(text(&exchange.response.raw), chunked);
            assert_eq!(exchange.response.body, b"abc");
        }
    });
    thread.join().unwrap();
}

#[test]
fn method_path_and_headers_are_sent_as_given() {
    #[track_caller]
    fn check(outgoing: &Outgoing, expected: &str, reply: &str) {
        let (endpoint, thread) = serve(vec![hear(expected), say(reply)]);
        let exchange = block_on(async {
            let mut connection = Connection::open(&endpoint, PATIENCE).await.unwrap();
            connection.exchange(outgoing).await.unwrap()
        });
        thread.join().unwrap();
        assert_eq!(text(&exchange.request.raw), expected);
        assert_eq!(exchange.response.status_line, "HTTP/1.1 200 OK");
    }
    let head = "Host: h\r\nUser-Agent: a\r\n";
    check(
        &typed(Method::HEAD, &[("x_y", "1"), ("X_Y", "2")], ""),
        &format!("HEAD /y?z HTTP/1.1\r\n{head}x_y: 1\r\nX_Y: 2\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
    );
    check(
        &typed(Method::PUT, &[("Expect", "100-continue")], "ab"),
        &format!("PUT /y?z HTTP/1.1\r\n{head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\nab"),
        &format!("HTTP/1.1 100 Continue\r\n\r\n{OK}"),
    );
}

#[test]
fn what_comes_behind_a_reply_belongs_to_the_next() {
    let bad = "HTTP/1.1 400 Bad\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbad";
    let requests = format!("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n<a/>{GET}");
    let script = vec![
        hear(&requests),
        say(&format!("{OK}{OK}")),
        hear(GET),
        say(bad),
    ];
    let (endpoint, thread) = serve(script);
    block_on(async {
        let mut connection = Connection::open(&endpoint, PATIENCE).await.unwrap();
        let first = connection.exchange_raw(&whole(&requests)).await.unwrap();
        assert_eq!(text(&first.response.raw), OK);
        assert_eq!(text(&first.response.surplus), OK);
        // The second reply is there without another request.
        let second = connection
            .exchange_raw(&RawRequest::default())
            .await
            .unwrap();
        assert_eq!(text(&second.request.raw), "");
        assert_eq!(text(&second.response.raw), OK);
        assert_eq!(text(&second.response.surplus), "");
        let third = connection.exchange_raw(&whole(GET)).await.unwrap();
        assert_eq!(text(&third.response.raw), bad);
        assert_eq!(third.afterwards, Afterwards::Closed);
    });
    thread.join().unwrap();
}

#[test]
fn a_connection_that_ends_says_how_much_came() {
    #[track_caller]
    fn check(script: Vec<Act>, expected: usize) {
        match one(&whole(GET), script).unwrap_err() {
            ExchangeError::Closed { received, .. } => assert_eq!(received, expected),
            error => panic!("{error}"),
        }
    }
    check(vec![hear(GET)], 0);
    // What is left unread makes the system reset the connection.
    check(vec![hear("GET")], 0);
    check(vec![hear(GET), say("HTTP/1.1 200 OK\r\nCont")], 21);
    check(
        vec![
            hear(GET),
            say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
        ],
        40,
    );
    check(vec![hear(GET), say("HTTP/1.1 100 Continue\r\n\r\n")], 25);
}

#[test]
fn a_connection_that_was_closed_in_between_says_so() {
    let (endpoint, thread) = serve(vec![hear(GET), say(OK)]);
    block_on(async {
        let mut connection = Connection::open(&endpoint, PATIENCE).await.unwrap();
        let exchange = connection.exchange_raw(&whole(GET)).await.unwrap();
        assert_eq!(exchange.afterwards, Afterwards::Kept);
        drop(thread.join().unwrap());
        let error = connection.exchange_raw(&whole(GET)).await.unwrap_err();
        assert!(
            matches!(error, ExchangeError::Closed { received: 0, .. }),
            "{error}"
        );
        let error = connection.exchange_raw(&whole(GET)).await.unwrap_err();
        assert!(matches!(error, ExchangeError::Spent { .. }), "{error}");
        let error = connection.until_closed().await.unwrap_err();
        assert!(matches!(error, ExchangeError::Spent { .. }), "{error}");
    });
}

#[test]
fn whether_a_connection_is_really_closed_can_be_waited_for() {
    let (endpoint, thread) = serve(vec![hear(GET), say(OK), say("and more")]);
    block_on(async {
        let mut connection = Connection::open(&endpoint, PATIENCE).await.unwrap();
        connection.exchange_raw(&whole(GET)).await.unwrap();
        drop(thread.join().unwrap());
        assert_eq!(text(&connection.until_closed().await.unwrap()), "and more");
    });
    let (endpoint, thread) = serve(vec![]);
    let patience = Patience {
        whole: Duration::from_millis(50),
        ..PATIENCE
    };
    block_on(async {
        let connection = Connection::open(&endpoint, patience).await.unwrap();
        let error = connection.until_closed().await.unwrap_err();
        assert!(matches!(error, ExchangeError::Timeout { .. }), "{error}");
    });
    drop(thread);
}

#[test]
fn a_reply_without_end_is_given_up() {
    let mut reply = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    reply.resize(17 * 1024 * 1024, b'x');
    let error = one(&whole(GET), vec![hear(GET), Act::Say(reply)]).unwrap_err();
    assert!(matches!(error, ExchangeError::TooLong { .. }), "{error}");
}

//! One HTTP request to one HTTP response: the straight line from bytes to bytes, and the line in the log.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::body::{self, BodyError};
use super::route::Route;
use super::{App, Limits};
use crate::clock::{self, Stopwatch};
use crate::gateway::account::Decision;
use crate::gateway::code::Code;
use crate::gateway::reply::{Refusal, Reply};
use crate::wire::form::Transport;
use crate::wire::tolerance::Tolerance;
use crate::wire::{self, Reading, Unreadable};

/// Answers a request. Never fails: whatever comes, there is an answer.
pub(super) async fn answer(
    app: &App,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let watch = Stopwatch::start();
    Ok(match Route::of(request.uri().path()) {
        Route::Gateway { documented } => gateway(app, request, documented, watch).await,
        Route::Front if matches!(*request.method(), Method::GET | Method::HEAD) => {
            plain(StatusCode::OK, front(&app.limits))
        }
        Route::Front | Route::Nowhere => {
            tracing::info!(path = request.uri().path(), "nothing is at this path");
            plain(
                StatusCode::NOT_FOUND,
                "nothing is here; the gateway is at POST /members/sms/xml.php\n".to_owned(),
            )
        }
    })
}

async fn gateway(
    app: &App,
    request: Request<Incoming>,
    documented: bool,
    watch: Stopwatch,
) -> Response<Full<Bytes>> {
    // FORM-11: any other method is answered as a script without the field would.
    if request.method() != Method::POST {
        let method = request.method().clone();
        let reply = Reply::Refused(Refusal {
            code: Code::XmlError,
            of_credit_price: false,
        });
        tracing::info!(op = "-", result = "XML_ERROR", %method, "the document must come by POST");
        return xml(app, &reply);
    }
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    let body = match body::read(request, &app.limits).await {
        Ok(body) => body,
        Err(error) => return unread(&error, &app.limits),
    };
    // A header that is no text is as good as none: only the media type matters, and that is ASCII.
    let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
    let (mut reading, request) = wire::read(content_type, &body, app.limits.max_depth);
    if !documented {
        reading.tolerances.note(Tolerance::OtherPath);
    }
    let request = match request {
        Ok(request) => request,
        Err(reason) => {
            log_unreadable(&reading, &reason, watch);
            return xml(
                app,
                &Reply::Refused(Refusal {
                    code: Code::XmlError,
                    of_credit_price: false,
                }),
            );
        }
    };
    let operation = request.operation.name();
    // Only the log wants to know who asked, and the request is about to be consumed.
    let account = request
        .credentials
        .as_ref()
        .filter(|_| tracing::enabled!(tracing::Level::INFO))
        .map(|credentials| credentials.username.clone());
    let Decision { reply, events: _ } = app.world.answer(request, clock::now());
    let response = xml(app, &reply);
    log(
        operation,
        account.as_deref().unwrap_or("-"),
        &reply,
        &reading,
        watch,
    );
    response
}

/// REPLY-01, REPLY-06.
fn xml(app: &App, reply: &Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(wire::reply::encode(
        reply, &app.zone,
    ))));
    let label = HeaderValue::from_static("text/xml; charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, label);
    response
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let label = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, label);
    response
}

/// A body that was not read: this is no business result, so HTTP says it. The connection has bytes of it left.
fn unread(error: &BodyError, limits: &Limits) -> Response<Full<Bytes>> {
    let (status, text) = match error {
        BodyError::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body is larger than the limit of {} bytes (limits.max_body)\n",
                limits.max_body
            ),
        ),
        BodyError::TooSlow => (
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the body did not arrive within {:?} (limits.body_timeout)\n",
                limits.body_timeout
            ),
        ),
        BodyError::Broken(error) => (
            StatusCode::BAD_REQUEST,
            format!("the body could not be read: {error}\n"),
        ),
    };
    tracing::info!(
        status = status.as_u16(),
        reason = text.trim_end(),
        "a body was not read"
    );
    let mut response = plain(status, text);
    response
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn front(limits: &Limits) -> String {
    format!(
        "epochta-mock {}: a mock of the ePochta SMS XML gateway (API 2.0)\n\n\
         The gateway is at POST /members/sms/xml.php, in the form field XML.\n\
         Bodies may have {} bytes.\n",
        env!("CARGO_PKG_VERSION"),
        limits.max_body
    )
}

fn log(operation: &str, account: &str, reply: &Reply, reading: &Reading, watch: Stopwatch) {
    let micros = watch.elapsed().as_micros();
    let (transport, charset, tolerated) = how(reading);
    let result = match reply {
        Reply::Refused(refusal) => refusal.code.name(),
        Reply::Sent { .. } => "SEND_OK",
        Reply::Price(_) | Reply::Balance { .. } | Reply::CreditPrice(_) | Reply::Report(_) => "OK",
    };
    match reply {
        Reply::Sent { recipients, charge } => tracing::info!(
            op = operation, account, result, recipients, credits = %charge.credits,
            micros, transport, charset, tolerated = %tolerated, "request"
        ),
        Reply::Report(rows) => tracing::info!(
            op = operation, account, result, rows = rows.len(),
            micros, transport, charset, tolerated = %tolerated, "request"
        ),
        Reply::Refused(_) | Reply::Price(_) | Reply::Balance { .. } | Reply::CreditPrice(_) => {
            tracing::info!(
                op = operation, account, result,
                micros, transport, charset, tolerated = %tolerated, "request"
            );
        }
    }
}

fn log_unreadable(reading: &Reading, reason: &Unreadable, watch: Stopwatch) {
    let micros = watch.elapsed().as_micros();
    let (transport, charset, tolerated) = how(reading);
    tracing::info!(
        op = "-", account = "-", result = "XML_ERROR", %reason,
        micros, transport, charset, tolerated = %tolerated, "request"
    );
}

fn how(reading: &Reading) -> (&'static str, &'static str, wire::tolerance::Tolerances) {
    let transport = reading.transport.map_or("-", Transport::name);
    (
        transport,
        reading.charset.unwrap_or("-"),
        reading.tolerances,
    )
}

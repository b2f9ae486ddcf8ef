//! One HTTP request to one HTTP response: the straight line from bytes to bytes, and the line in the log.

use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN,
    WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};

use super::body::{self, BodyError};
use super::route::{Place, Route};
use super::{App, Face, Limits};
use crate::control::access::Denied;
use crate::control::{self, Answer, Call, Problem};
use crate::space::journal::Entry;
use crate::space::{self, Outcome, Space};
use crate::wire::form::Transport;

/// The reply is not to reach the client: hyper closes the connection without one.
#[derive(Debug, thiserror::Error)]
#[error("the reply is lost on purpose")]
pub(super) struct Lost;

/// Answers a request. Whatever comes, there is an answer; unless a script wants it lost.
pub(super) async fn answer(
    app: &Arc<App>,
    face: Face,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Lost> {
    let Place { space, route } = Place::of(request.uri().path());
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    match route {
        Route::Gateway { documented } if face != Face::Control => match app.spaces.get(space) {
            Some(space) => gateway(app, &space, request, documented).await,
            None => Ok(plain(
                StatusCode::NOT_FOUND,
                format!("{}\n", control::NO_SPACE),
            )),
        },
        // Probes are answered wherever there is a socket, and open nothing.
        Route::Control("live" | "ready") => {
            let path = request
                .uri()
                .path()
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            Ok(control(app, Arc::clone(app.spaces.main()), path, request).await)
        }
        Route::Control(path) if face != Face::Gateway => {
            // Only who may ask opens a space.
            if let Err(denied) = admitted(app, &request) {
                tracing::warn!(path, reason = %denied, "a call of the control API was turned away");
                return Ok(told(control::denied(denied)));
            }
            let path = path.to_owned();
            Ok(match app.spaces.get(space) {
                Some(space) => control(app, space, path, request).await,
                None => told(control::no_space()),
            })
        }
        Route::Front if is_get => Ok(plain(StatusCode::OK, front(app.limits()))),
        Route::Gateway { .. } | Route::Control(_) | Route::Front | Route::Nowhere => {
            tracing::info!(method = %request.method(), path = request.uri().path(), "nothing is at this path");
            let hint = "nothing is here; the gateway is at POST /members/sms/xml.php\n";
            Ok(plain(StatusCode::NOT_FOUND, hint.to_owned()))
        }
    }
}

/// Whether this request may use the control API. A header that stands there twice, or is no text, is nobody's.
fn admitted(app: &App, request: &Request<Incoming>) -> Result<(), Denied> {
    let header = |name: HeaderName| {
        let mut values = request.headers().get_all(name).iter();
        let value = values.next()?;
        let one = if values.next().is_some() {
            None
        } else {
            value.to_str().ok()
        };
        Some(one.unwrap_or("\u{FFFD}"))
    };
    app.access
        .admit(header(AUTHORIZATION), header(ORIGIN), header(HOST))
}

/// The control API, for somebody who may ask.
async fn control(
    app: &Arc<App>,
    space: Arc<Space>,
    path: String,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let method = match *request.method() {
        Method::HEAD => "GET".to_owned(),
        _ => request.method().as_str().to_owned(),
    };
    let query = request.uri().query().unwrap_or_default().to_owned();
    let body = match body::read(request, app.limits()).await {
        Ok(body) => body.to_vec(),
        Err(error) => {
            let (status, detail) = words(&error, app.limits());
            let mut response = told(control::problem_answer(&Problem::new(
                status,
                detail.trim_end(),
            )));
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    tracing::debug!(method, path, space = space.name, "control");
    told(
        control::answer(Call {
            app: Arc::clone(app),
            space,
            method,
            path,
            query,
            body,
        })
        .await,
    )
}

fn told(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = answer.status;
    if answer.status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if !answer.media_type.is_empty() {
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(answer.media_type));
    }
    if let Some(allow) = answer
        .allow
        .and_then(|allow| HeaderValue::from_str(&allow).ok())
    {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

async fn gateway(
    app: &App,
    space: &Space,
    request: Request<Incoming>,
    documented_path: bool,
) -> Result<Response<Full<Bytes>>, Lost> {
    let method = request.method().clone();
    let path = request.uri().clone();
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    // FORM-11: any other method is answered as a script without the field would; its body is nobody's business.
    let body = if method == Method::POST {
        match body::read(request, app.limits()).await {
            Ok(body) => body,
            Err(error) => return Ok(unread(&error, app.limits())),
        }
    } else {
        Bytes::new()
    };
    let Outcome { reply, entry } = space.answer(space::Incoming {
        method: method.as_str(),
        path: path.path(),
        documented_path,
        // A header that is no text is as good as none: only the media type matters, and that is ASCII.
        content_type: content_type.as_ref().and_then(|value| value.to_str().ok()),
        body: &body,
    });
    log(space, &entry);
    reply.map(xml).ok_or(Lost)
}

/// REPLY-01, REPLY-06.
fn xml(reply: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply)));
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
    let (status, text) = words(error, limits);
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

/// What HTTP says of a body that was not read.
fn words(error: &BodyError, limits: &Limits) -> (StatusCode, String) {
    match error {
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
    }
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

/// One line a request.
fn log(space: &Space, entry: &Entry) {
    let verdict = &entry.verdict;
    if verdict.evicts {
        tracing::warn!(
            account = verdict.account.as_deref(),
            "the oldest messages are let go from now on (limits.max_messages, limits.max_message_bytes)"
        );
    }
    let some = |count: u32| (count > 0).then_some(count);
    tracing::info!(
        number = entry.number,
        space = (!space.name.is_empty()).then_some(space.name.as_str()),
        op = verdict.operation,
        account = verdict.account.as_deref().map_or("-", short),
        result = verdict.result,
        reason = verdict.reason.as_deref(),
        cause = verdict.cause.as_ref().map(tracing::field::display),
        lost = verdict.lost.then_some(true),
        messages = some(verdict.messages),
        rows = some(verdict.rows),
        skipped = some(verdict.skipped),
        ended = some(verdict.ended),
        charged = some(verdict.messages).map(|_| tracing::field::display(verdict.charged)),
        micros = entry.micros,
        transport = entry.reading.transport.map_or("-", Transport::name),
        charset = entry.reading.charset.unwrap_or("-"),
        tolerated = %entry.reading.tolerances,
        "request"
    );
}

/// A login can be as long as a body; a line in a log cannot.
fn short(login: &str) -> &str {
    login
        .char_indices()
        .nth(64)
        .map_or(login, |(end, _)| login.get(..end).unwrap_or(login))
}

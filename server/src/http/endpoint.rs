//! One HTTP request to one HTTP response: the straight line from bytes to bytes, and the line in the log.

use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HOST, HeaderName, HeaderValue,
    ORIGIN, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::uri::Authority;
use hyper::{Method, Request, Response, StatusCode};

use super::body::{self, BodyError};
use super::budget::{Crowded, Held, SMALL};
use super::counters::Count;
use super::fault::{self, XML};
use super::route::{Place, Route};
use super::takeover::{Lost, Orders, Takeover};
use super::{App, Face, Limits, page};
use crate::control::access::{Asker, Denied};
use crate::control::{self, Answer, Call, Head, Problem, access};
use crate::space::journal::Entry;
use crate::space::{self, Outcome, Space};
use crate::wire::form::Transport;

/// Answers a request. Whatever comes, there is an answer; unless a script or a fault wants it lost, or hurt: that is
/// ordered from the connection.
pub(super) async fn answer(
    app: &Arc<App>,
    face: Face,
    orders: &Orders,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Lost> {
    if *request.method() == Method::CONNECT {
        // To its client a success would be an open tunnel.
        return Ok(plain(
            StatusCode::NOT_IMPLEMENTED,
            "this is no proxy\n".to_owned(),
        ));
    }
    let Place { space, route } = Place::of(request.uri().path());
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    match route {
        Route::Gateway { documented } if face != Face::Control => {
            if asker(&request).is_foreign_page() {
                app.sockets.counters.add(Count::PageRefused);
                tracing::warn!("a web page of another origin made a browser send a request");
                return Ok(plain(
                    StatusCode::FORBIDDEN,
                    format!("{}\n", access::NO_PAGES),
                ));
            }
            // FORM-11: what is no POST is answered alike in every space, and opens none.
            let space = if *request.method() == Method::POST {
                app.spaces.get(space)
            } else {
                app.spaces.look(space)
            };
            match space {
                Some(space) => gateway(app, &space, orders, request, documented).await,
                None => Ok(plain(
                    StatusCode::NOT_FOUND,
                    format!("{}\n", control::NO_SPACE),
                )),
            }
        }
        // Probes are answered wherever there is a socket, and open nothing.
        Route::Control("live" | "ready") => {
            let path = request
                .uri()
                .path()
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            control(app, Arc::clone(app.spaces.main()), path, orders, request).await
        }
        Route::Control(path) if face != Face::Gateway => {
            // Only who may ask opens a space.
            let asker = asker(&request);
            if let Err(denied) = app.access.admit(&asker) {
                // The page has to know that it needs one, before it has one.
                if path == "page.json"
                    && is_get
                    && denied == Denied::Token
                    && asker.authorization.is_none()
                {
                    return Ok(told(control::locked_page()));
                }
                app.sockets.counters.add(match denied {
                    Denied::Token => Count::DeniedToken,
                    Denied::Origin => Count::DeniedOrigin,
                    Denied::Host => Count::DeniedHost,
                });
                tracing::warn!(path = short(path), reason = %denied, "a call of the control API was turned away");
                return Ok(told(control::denied(denied)));
            }
            let path = path.to_owned();
            // Who only looks changes nothing, nor does who is refused.
            let opens = !(is_get || app.is_read_only());
            let space = if opens {
                app.spaces.get(space)
            } else {
                app.spaces.look(space)
            };
            match space {
                Some(space) => control(app, space, path, orders, request).await,
                None => Ok(told(control::no_space())),
            }
        }
        Route::Front if is_get && face == Face::Gateway => {
            Ok(plain(StatusCode::OK, front(&app.limits())))
        }
        // The page holds nothing of anybody's, so everybody gets it; what it asks for is asked of the API.
        _ if is_get
            && face != Face::Gateway
            && let Some(response) = page::answer(space, route, &request) =>
        {
            Ok(response)
        }
        Route::Gateway { .. }
        | Route::Control(_)
        | Route::Front
        | Route::Slashless
        | Route::Asset(_)
        | Route::Below
        | Route::Icon
        | Route::Nowhere => {
            let (method, path) = (
                short(request.method().as_str()),
                short(request.uri().path()),
            );
            tracing::info!(method, path, "nothing is at this path");
            let hint = "nothing is here; the gateway is at POST /members/sms/xml.php\n";
            Ok(plain(StatusCode::NOT_FOUND, hint.to_owned()))
        }
    }
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The value of a header. One that stands there twice, or is no text, is nobody's.
fn header(request: &Request<Incoming>, name: HeaderName) -> Option<&str> {
    let mut values = request.headers().get_all(name).iter();
    let value = values.next()?;
    let one = if values.next().is_some() {
        None
    } else {
        value.to_str().ok()
    };
    Some(one.unwrap_or("\u{FFFD}"))
}

/// Who asks, as far as the head says.
fn asker(request: &Request<Incoming>) -> Asker<'_> {
    Asker {
        authorization: header(request, AUTHORIZATION),
        origin: header(request, ORIGIN),
        host: header(request, HOST),
        target: request.uri().authority().map(Authority::as_str),
        fetch_site: header(request, FETCH_SITE),
    }
}

/// The control API, for somebody who may ask.
async fn control(
    app: &Arc<App>,
    space: Arc<Space>,
    path: String,
    orders: &Orders,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Lost> {
    let is_head = *request.method() == Method::HEAD;
    let method = match *request.method() {
        Method::HEAD => "GET".to_owned(),
        _ => request.method().as_str().to_owned(),
    };
    let query = request.uri().query().unwrap_or_default().to_owned();
    let head = Head {
        host: asker(&request).host().map(str::to_owned),
        last_event_id: header(&request, LAST_EVENT_ID).map(str::to_owned),
    };
    let limits = app.limits();
    let body = match body::read(request, &limits, &app.sockets).await {
        Ok(body) => body,
        Err(error) => {
            let (status, detail) = words(&error, &limits);
            let mut response = told(control::problem_answer(&Problem::new(
                status,
                detail.trim_end(),
            )));
            response
                .headers_mut()
                .insert(CONNECTION, HeaderValue::from_static("close"));
            return Ok(response);
        }
    };
    tracing::debug!(method, path, space = space.name, "control");
    let mut answer = control::answer(Call {
        app: Arc::clone(app),
        space,
        method,
        path,
        query,
        head,
        body: body.bytes.to_vec(),
    })
    .await;
    // Who asks for the head alone does not listen.
    if let Some(live) = answer.live.take().filter(|_| !is_head) {
        return Err(orders.give(Takeover::Live(live)).await);
    }
    let body = std::mem::take(&mut answer.body);
    Ok(match held(app, body) {
        Ok(body) => answered(answer, body),
        Err(crowded) => told(control::problem_answer(&Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            crowded,
        ))),
    })
}

/// What is said when all large replies together would take too much.
const CROWDED: &str =
    "replies under way take more than limits.max_under_way; try again when they are read";

/// A reply that takes its share for as long as it is under way.
fn held(app: &App, bytes: Vec<u8>) -> Result<Bytes, &'static str> {
    if bytes.len() <= SMALL {
        return Ok(bytes.into());
    }
    let mut share = app.sockets.under_way.share();
    match share.grow(bytes.len(), app.limits().max_under_way) {
        Ok(()) => Ok(Bytes::from_owner(Held {
            bytes,
            _share: share,
        })),
        Err(Crowded) => {
            app.sockets.counters.add(Count::ReplyCrowded);
            Err(CROWDED)
        }
    }
}

fn told(mut answer: Answer) -> Response<Full<Bytes>> {
    let body = std::mem::take(&mut answer.body).into();
    answered(answer, body)
}

fn answered(answer: Answer, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
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
    orders: &Orders,
    request: Request<Incoming>,
    documented_path: bool,
) -> Result<Response<Full<Bytes>>, Lost> {
    let method = request.method().clone();
    let path = request.uri().clone();
    let content_type = request.headers().get(CONTENT_TYPE).cloned();
    // FORM-11: any other method is answered as a script without the field would; its body is nobody's business.
    let body = if method == Method::POST {
        let limits = app.limits();
        match body::read(request, &limits, &app.sockets).await {
            Ok(body) => Some(body),
            Err(error) => return Ok(unread(&error, &limits)),
        }
    } else {
        None
    };
    let Outcome { reply, hurt, entry } = space.answer(space::Incoming {
        method: method.as_str(),
        path: path.path(),
        documented_path,
        // A header that is no text is as good as none: only the media type matters, and that is ASCII.
        content_type: content_type.as_ref().and_then(|value| value.to_str().ok()),
        body: body.as_ref().map_or(&[], |body| &body.bytes),
    });
    log(space, &entry);
    let reply = match held(app, reply) {
        Ok(reply) => reply,
        Err(crowded) => {
            return Ok(plain(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("{crowded}\n"),
            ));
        }
    };
    if let Some((hurt, released)) = hurt {
        fault::carry_out(orders, hurt.effect, &reply, released).await?;
    }
    Ok(xml(reply))
}

/// REPLY-01, REPLY-06.
fn xml(reply: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply));
    let label = HeaderValue::from_static(XML);
    response.headers_mut().insert(CONTENT_TYPE, label);
    response
}

pub(super) fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
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
        BodyError::Crowded => (
            StatusCode::SERVICE_UNAVAILABLE,
            "bodies under way take more than limits.max_under_way; try again when they are read\n"
                .to_owned(),
        ),
        BodyError::Broken(error) => (
            StatusCode::BAD_REQUEST,
            format!("the body was cut off, or its chunks are none: {error}\n"),
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
        lost = verdict.is_lost().then_some(true),
        fault = verdict.hurt.as_ref().and_then(|hurt| hurt.fault.as_deref()),
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

//! Reading a body within the limits. Not for what is in it.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::EXPECT;

use super::Limits;

/// Why a body was not read.
#[derive(Debug)]
pub(super) enum BodyError {
    /// It is longer than the limit.
    TooLarge,
    /// It took longer than the limit.
    TooSlow,
    /// The connection was lost, or its chunks are no chunks.
    Broken(hyper::Error),
}

/// Reads the whole body.
pub(super) async fn read(request: Request<Incoming>, limits: &Limits) -> Result<Bytes, BodyError> {
    let expects = request.headers().contains_key(EXPECT);
    let mut body = request.into_body();
    let too_large = if body.size_hint().lower() > limits.max_body as u64 {
        // Who asks first has not sent it yet.
        if expects {
            return Err(BodyError::TooLarge);
        }
        BodyError::TooLarge
    } else {
        match tokio::time::timeout(limits.body_timeout, collect(&mut body, limits)).await {
            Ok(Err(BodyError::TooLarge)) => BodyError::TooLarge,
            Ok(result) => return result,
            Err(_) => return Err(BodyError::TooSlow),
        }
    };
    // A client that has begun must be heard out, or it never hears the answer.
    discard(body, limits.max_body.saturating_mul(4), limits.body_timeout).await;
    Err(too_large)
}

async fn collect(body: &mut Incoming, limits: &Limits) -> Result<Bytes, BodyError> {
    let Some(first) = next_data(body).await? else {
        return Ok(Bytes::new());
    };
    // Nearly every body comes in one piece, and need not be copied.
    let Some(second) = next_data(body).await? else {
        return within(first, limits);
    };
    let expected = usize::try_from(body.size_hint().lower())
        .unwrap_or(0)
        .min(limits.max_body);
    let mut whole = Vec::with_capacity(first.len() + second.len() + expected);
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    loop {
        if whole.len() > limits.max_body {
            return Err(BodyError::TooLarge);
        }
        match next_data(body).await? {
            Some(data) => whole.extend_from_slice(&data),
            None => return Ok(whole.into()),
        }
    }
}

fn within(body: Bytes, limits: &Limits) -> Result<Bytes, BodyError> {
    if body.len() > limits.max_body {
        Err(BodyError::TooLarge)
    } else {
        Ok(body)
    }
}

async fn next_data(body: &mut Incoming) -> Result<Option<Bytes>, BodyError> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(BodyError::Broken)?.into_data()
            && !data.is_empty()
        {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

/// Hears a client out that sends too much, up to a point.
async fn discard(mut body: Incoming, most: usize, longest: Duration) {
    let reading = async {
        let mut left = most;
        while let Ok(Some(data)) = next_data(&mut body).await {
            let Some(rest) = left.checked_sub(data.len()) else {
                break;
            };
            left = rest;
        }
    };
    // Whether it came to its end or to ours, the answer is the same.
    drop(tokio::time::timeout(longest, reading).await);
}

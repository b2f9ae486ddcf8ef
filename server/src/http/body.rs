//! Reading a body within the limits. Not for what is in it.

use std::pin::pin;

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::EXPECT;

use super::budget::{Budget, Crowded, Share};
use super::counters::Count;
use super::{Limits, Sockets};

/// A body, and its share of what all of them may take: both go together.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    _share: Share,
}

/// Why a body was not read.
#[derive(Debug)]
pub(super) enum BodyError {
    /// It is longer than the limit.
    TooLarge,
    /// It took longer than the limit.
    TooSlow,
    /// The connection was lost, or its chunks are no chunks.
    Broken(hyper::Error),
    /// All large bodies together take too much.
    Crowded,
}

impl From<Crowded> for BodyError {
    fn from(Crowded: Crowded) -> Self {
        Self::Crowded
    }
}

impl BodyError {
    const fn count(&self) -> Count {
        match self {
            Self::TooLarge => Count::BodyLarge,
            Self::TooSlow => Count::BodySlow,
            Self::Broken(_) => Count::BodyBroken,
            Self::Crowded => Count::BodyCrowded,
        }
    }
}

/// Reads the whole body. It has its time once, whether it is kept or not.
pub(super) async fn read(
    request: Request<Incoming>,
    limits: &Limits,
    sockets: &Sockets,
) -> Result<Whole, BodyError> {
    let expects = request.headers().contains_key(EXPECT);
    let mut body = request.into_body();
    let mut time = pin!(tokio::time::sleep(limits.body_timeout));
    let error = if body.size_hint().lower() > limits.max_body as u64 {
        BodyError::TooLarge
    } else {
        tokio::select! {
            // What has come counts, even if the time is over just now.
            biased;
            read = collect(&mut body, limits, &sockets.under_way) => match read {
                Ok(whole) => return Ok(whole),
                Err(error) => error,
            },
            () = &mut time => BodyError::TooSlow,
        }
    };
    sockets.counters.add(error.count());
    // A client that has begun must be heard out, or it never hears the answer. Who asks first has not begun.
    if matches!(error, BodyError::TooLarge | BodyError::Crowded) && !expects {
        tokio::select! {
            () = discard(body, limits.max_body.saturating_mul(4)) => {}
            () = &mut time => {}
        }
    }
    Err(error)
}

async fn collect(
    body: &mut Incoming,
    limits: &Limits,
    under_way: &Budget,
) -> Result<Whole, BodyError> {
    let mut share = under_way.share();
    let mut within = |size: usize| {
        if size > limits.max_body {
            return Err(BodyError::TooLarge);
        }
        Ok(share.grow(size, limits.max_under_way)?)
    };
    let first = next_data(body).await?.unwrap_or_default();
    within(first.len())?;
    // Nearly every body comes in one piece, and need not be copied.
    let Some(second) = next_data(body).await? else {
        return Ok(Whole {
            bytes: first,
            _share: share,
        });
    };
    let mut whole = Vec::from(first);
    let mut next = Some(second);
    while let Some(data) = next {
        let size = whole.len().saturating_add(data.len());
        within(size)?;
        // What was announced is believed as it comes: an announcement costs nothing.
        whole.extend_from_slice(&data);
        next = next_data(body).await?;
    }
    Ok(Whole {
        bytes: whole.into(),
        _share: share,
    })
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
async fn discard(mut body: Incoming, most: usize) {
    let mut left = most;
    while let Ok(Some(data)) = next_data(&mut body).await {
        let Some(rest) = left.checked_sub(data.len()) else {
            break;
        };
        left = rest;
    }
}

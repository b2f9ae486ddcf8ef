//! The page, as it is served: its files, which are part of the program, and the headers that hold a browser to them.
//! Not for what it shows: it asks the control API, as everybody else does.

use std::hash::{DefaultHasher, Hasher};
use std::sync::LazyLock;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION,
};
use hyper::{Request, Response, StatusCode};

use super::route::Route;
use crate::space::spaces::Spaces;

/// Files of `src/page/`, as parts of the program.
macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../page/", $name)))),*]
    };
}

/// All of them. A new one is one line more.
const FILES: &[(&str, &[u8])] = files! {
    "account.js"
    "accounts.js"
    "api.js"
    "app.js"
    "bytes.js"
    "chart.js"
    "clipboard.js"
    "clock.js"
    "control.js"
    "dialogs.js"
    "document.js"
    "dom.js"
    "events.js"
    "faults.js"
    "feed.js"
    "filters.js"
    "follow.js"
    "forms.js"
    "i18n.js"
    "icon.svg"
    "index.html"
    "keep.js"
    "keys.js"
    "layout.css"
    "listing.js"
    "login.js"
    "magic.js"
    "menu.js"
    "message.js"
    "messages.js"
    "moments.js"
    "notice.js"
    "part.js"
    "parts.css"
    "phone.js"
    "reasons.js"
    "reasons.ru.js"
    "reproduce.js"
    "request.js"
    "requests.js"
    "reset.js"
    "router.js"
    "rows.js"
    "rules.js"
    "scripts.js"
    "side.js"
    "signs.js"
    "snippets.js"
    "status.js"
    "story.js"
    "style.css"
    "tabs.js"
    "texts.en.js"
    "texts.ru.js"
    "views.css"
    "welcome.js"
};

/// The file that is the page itself; the others are its parts.
const INDEX: &str = "index.html";

/// What a browser does not do for the page: load, run or ask anything that is not the mock's own, show it in a frame, or
/// take a text for markup.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
    ),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("x-frame-options"), "DENY"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Kept, and asked for again each time: the next version of the mock is at the same address.
    (CACHE_CONTROL, "no-cache"),
];

/// What each file is told apart by from what it was in another version.
static TAGS: LazyLock<Vec<HeaderValue>> = LazyLock::new(|| {
    let tag = |(_, bytes): &(&str, &[u8])| {
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish()))
    };
    FILES.iter().filter_map(|file| tag(file).ok()).collect()
});

/// The page, its parts, and the way to it; `None` where none of these is.
pub(super) fn answer(
    space: &str,
    route: Route<'_>,
    request: &Request<Incoming>,
) -> Option<Response<Full<Bytes>>> {
    if !Spaces::is_name(space) {
        return None;
    }
    match route {
        Route::Front => file(INDEX, request.headers()),
        Route::Asset(name) => file(name, request.headers()),
        Route::Slashless => Some(redirect(&format!("{space}/"))),
        Route::Below => Some(redirect("../")),
        Route::Icon => Some(empty(StatusCode::NO_CONTENT)),
        Route::Gateway { .. } | Route::Control(_) | Route::Nowhere => None,
    }
}

fn file(name: &str, asked: &HeaderMap) -> Option<Response<Full<Bytes>>> {
    let place = FILES.iter().position(|(known, _)| *known == name)?;
    let ((_, bytes), tag) = (FILES.get(place)?, TAGS.get(place)?);
    let is_known = asked.get_all(IF_NONE_MATCH).iter().any(|known| {
        let mut tags = known.as_bytes().split(|byte| *byte == b',');
        // A proxy that packs what it passes on makes the tag a weak one.
        tags.any(|known| {
            let known = known.trim_ascii();
            known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag.as_bytes()
        })
    });
    let mut response = if is_known {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        Response::new(Full::new(Bytes::from_static(bytes)))
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, tag.clone());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// A response that has nothing to say but its status.
fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// The way to the page from an address near it. It is relative, so that it is right behind a proxy, too.
fn redirect(to: &str) -> Response<Full<Bytes>> {
    // Not for ever: tomorrow another program may be at this address.
    let mut response = empty(StatusCode::TEMPORARY_REDIRECT);
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// A file that is forgotten here is not found by the page, and only there.
    #[test]
    fn every_file_of_the_page_is_served_under_its_type() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page");
        let there = std::fs::read_dir(folder).unwrap();
        let there: BTreeSet<String> = there
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let served: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(served, there);
        assert_eq!(TAGS.len(), FILES.len());
        for name in there {
            let label = media_type(&name);
            assert_ne!(label, "application/octet-stream", "{name}");
        }
    }
}

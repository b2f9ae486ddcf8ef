//! The script behind its paths: a request to a reply, errors included (FORM-02, FORM-11, REPLY-01).

use super::checks;
use super::form;
use super::gateway::Gateway;
use super::http::{Request, Response};
use super::lies::Lie;
use super::reply::{self, Reply};

/// What answers requests.
#[derive(Debug)]
pub(crate) struct Script {
    pub(super) gateway: Gateway,
}

impl Script {
    /// The script of this gateway.
    pub(crate) fn new(gateway: Gateway) -> Self {
        Self { gateway }
    }

    /// The reply to a request.
    pub(crate) fn answer(&self, request: &Request) -> Response {
        let tells = |lie| self.gateway.rules.tells(lie);
        if !self.is_path(request.path()) {
            return Response {
                status: 404,
                body: Vec::new(),
            };
        }
        let refused = match request.method.as_str() {
            "POST" => None,
            "GET" => Some((405, Lie::GetIs405)),
            _ => Some((405, Lie::OtherMethodsAre405)),
        };
        let is_empty = request.method == "POST" && request.body.is_empty();
        let empty = is_empty.then_some((400, Lie::EmptyRequestIs400));
        for (status, lie) in refused.into_iter().chain(empty) {
            if tells(lie) {
                return Response {
                    status,
                    body: Vec::new(),
                };
            }
        }
        let tongue = self.gateway.rules.tongue;
        let reply = match form::document(request, tongue) {
            Some(document) => self
                .gateway
                .answer(&document, request.header("content-type")),
            None if tells(Lie::NothingIsAuthFailed) => {
                Reply::Response(reply::Response::refused(checks::AUTH_FAILED, None, tongue))
            }
            None => Reply::Response(reply::Response::refused(checks::XML_ERROR, None, tongue)),
        };
        Response {
            status: self.status(&reply),
            body: reply.bytes(tongue),
        }
    }

    /// HTTP 200 for every business result (REPLY-01).
    fn status(&self, reply: &Reply) -> u16 {
        let lies = [
            (checks::AUTH_FAILED, Lie::BadLoginIs401, 401),
            (checks::XML_ERROR, Lie::XmlErrorIs400, 400),
            (checks::NOT_ENOUGH_CREDITS, Lie::NoCreditsIs402, 402),
            (checks::NO_RECIPIENTS, Lie::NoRecipientsIs422, 422),
        ];
        let tells = |lie| self.gateway.rules.tells(lie);
        match reply.status() {
            None if matches!(reply, Reply::Broken) => 500,
            Some(1..) if tells(Lie::AcceptedIs202) => 202,
            code => {
                let told = lies
                    .iter()
                    .find(|&&(meant, lie, _)| Some(meant) == code && tells(lie));
                told.map_or(200, |&(_, _, status)| status)
            }
        }
    }

    /// Whether a path reaches the script (FORM-02).
    fn is_path(&self, path: &str) -> bool {
        let tells = |lie| self.gateway.rules.tells(lie);
        if tells(Lie::AnyPathServed) {
            return true;
        }
        let lower = path.to_ascii_lowercase();
        let path = if tells(Lie::PathCaseIgnored) {
            &lower
        } else {
            path
        };
        let single = path
            .strip_prefix("//")
            .filter(|_| !tells(Lie::DoubledSlashMissing));
        let single = single.or(path.strip_prefix('/')).unwrap_or_default();
        let bare = single
            .strip_suffix('/')
            .filter(|_| !tells(Lie::TrailingSlashMissing))
            .unwrap_or(single);
        let (is_long, is_php) = match bare {
            "members/sms/xml.php" => (true, true),
            "members/sms/xml" => (true, false),
            "sms/xml.php" => (false, true),
            "sms/xml" => (false, false),
            _ => return false,
        };
        let is_documented = is_long && is_php && bare == &path[1..];
        !(is_documented && tells(Lie::DocumentedPathMissing))
            && (is_long || !tells(Lie::ShortPathMissing))
            && (is_php || !tells(Lie::NoPhpPathMissing))
    }
}

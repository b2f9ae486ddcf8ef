//! What the kit makes of a client that others use while it watches: findings as they come, and all that is known at the end.
//! Where the requests come from is for [`crate::stand_in`]; what is wrong with one, for [`crate::finding`]; what is shown, for
//! [`crate::cli`].
//!
//! - [`upstream`]: what is wrong with the replies of an endpoint behind the listener: that is no fault of the client.
//! - [`record`]: what was seen as a scenario.

pub mod record;
pub mod upstream;

use std::collections::BTreeSet;

use self::upstream::Fault;
use crate::clause::Registry;
use crate::finding::judge::Judge;
use crate::finding::language::Language;
use crate::finding::rule::Rules;
use crate::finding::{Finding, cases, habits, secrets};
use crate::profile::{Found, Habit};
use crate::run::event::{CaseReport, Summary};
use crate::run::redaction::Redaction;
use crate::run::runner::Strictness;
use crate::stand_in::Heard;
use crate::stand_in::received::Received;

/// So many requests are kept to be recorded, and so many bytes of them. All are judged.
const MOST_KEPT: (usize, usize) = (10_000, 64 * 1024 * 1024);

/// So many different findings are kept with all that shows them; of more only the rule is.
const MOST_SHOWN: usize = 1_000;

/// So many findings are kept.
const MOST_FINDINGS: usize = 100_000;

/// A client under observation.
#[derive(Debug, Default)]
pub struct Observation {
    judge: Judge,
    findings: Vec<Finding>,
    faults: Vec<(usize, Fault)>,
    /// Rules and details that were told.
    told: BTreeSet<(&'static str, String)>,
    kept: Vec<Received>,
    bytes: usize,
    requests: usize,
    language: Option<Language>,
}

/// Something new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Of the client; without secrets.
    Finding {
        /// The id of the rule.
        rule: &'static str,
        /// The request, if it is one.
        request: Option<usize>,
        /// What is wrong.
        detail: String,
    },
    /// Of the endpoint behind the listener; without secrets.
    Fault {
        /// The request.
        request: usize,
        /// What is wrong.
        fault: Fault,
    },
}

/// All that is known at the end. It has no secrets in it.
#[derive(Debug)]
pub struct Observed {
    /// How many requests there were.
    pub requests: usize,
    /// What the client is written in: what was said, or what it calls itself.
    pub language: Option<Language>,
    /// Rows of findings, the worst first.
    pub found: Vec<Found>,
    /// A case for each rule, and for each clause that the endpoint behind the listener broke.
    pub cases: Vec<CaseReport>,
    /// How the client does what may be done in several ways.
    pub habits: Vec<Habit>,
    /// The counts.
    pub summary: Summary,
    /// The requests that are kept, for [`record`]: these hold secrets.
    pub kept: Vec<Received>,
    /// What must not be shown of them.
    pub redaction: Redaction,
}

impl Observation {
    /// Takes a request that has ended, and says what is new.
    pub fn hear(&mut self, heard: Heard) -> Vec<News> {
        let Heard { received, upstream } = heard;
        self.requests = self.requests.saturating_add(1);
        let agent = received.header("user-agent");
        self.language = self
            .language
            .or_else(|| agent.and_then(Language::of_user_agent));
        let redaction = secrets::heard([&received]);
        let findings = self.judge.hear(&received, None);
        let mut news = self.take(findings, &redaction);
        for mut fault in upstream::faults(&received, upstream.as_ref()) {
            fault.hide(&redaction);
            let detail = fault.what.clone();
            if self.faults.len() < MOST_SHOWN && self.told.insert((fault.clause, detail)) {
                self.faults.push((received.number, fault.clone()));
                news.push(News::Fault {
                    request: received.number,
                    fault,
                });
            }
        }
        let bytes = received.head.len().saturating_add(received.body.len());
        let bytes = self.bytes.saturating_add(bytes);
        // What a broken upstream answered is no answer to be recorded.
        if self.kept.len() < MOST_KEPT.0 && bytes < MOST_KEPT.1 {
            self.bytes = bytes;
            self.kept.push(Received {
                reply: match upstream {
                    Some(Err(_)) => Vec::new(),
                    Some(Ok(_)) | None => received.reply.clone(),
                },
                ..received
            });
        }
        news
    }

    /// Ends it: what only shows at the end is new, and everything is put together.
    pub fn end(
        mut self,
        language: Option<Language>,
        strictness: Strictness,
        rules: &Rules,
        registry: &Registry,
    ) -> (Vec<News>, Observed) {
        let last = self.judge.end();
        let redaction = secrets::heard(&self.kept);
        let news = self.take(last, &redaction);
        let language = language.or(self.language);
        let telling = cases::Telling {
            rules,
            registry,
            language,
            redaction: &redaction,
            strictness,
        };
        let mut reports = cases::of(&self.findings, self.judge.looked_at(), &telling);
        let ids = self.findings.iter().map(|finding| {
            let rule = rules.get(finding.rule);
            (rule.map(cases::id).unwrap_or_default(), finding)
        });
        let ids: Vec<(String, &Finding)> = ids.collect();
        let found = cases::found(
            ids.iter().map(|(id, finding)| (id.as_str(), *finding)),
            &telling,
        );
        reports.extend(upstream::cases(&self.faults, registry));
        let mut summary = Summary::default();
        for report in &reports {
            summary.count(&report.verdict);
        }
        let observed = Observed {
            requests: self.requests,
            language,
            found,
            cases: reports,
            habits: habits::of(&self.kept),
            summary,
            kept: self.kept,
            redaction,
        };
        (news, observed)
    }

    fn take(&mut self, findings: Vec<Finding>, redaction: &Redaction) -> Vec<News> {
        let mut news = Vec::new();
        for mut finding in findings {
            let is_new = self.told.len() < MOST_SHOWN
                && self.told.insert((finding.rule, finding.detail.clone()));
            if is_new {
                news.push(News::Finding {
                    rule: finding.rule,
                    request: finding.request,
                    detail: redaction.hide(&finding.detail),
                });
            } else {
                // The first one shows it.
                finding.evidence = None;
            }
            if self.findings.len() < MOST_FINDINGS {
                self.findings.push(finding);
            }
        }
        news
    }
}

//! Faults: which requests meet a gateway that fails, and how. They strike whatever is asked, also by those who have no
//! account. Not for doing it to a socket: what is decided here is an [`Effect`].

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::draw::{Digest, Latency, Share, hash};
use super::effect::{Effect, Hurt, Placed};
use super::event::Event;
use super::request::{Operation, Recipient};
use super::rules::Rules;
use super::script::Glob;

/// A rule: if a request is like this, its reply is hurt like that. Of several, the first that strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its name, unique in its gateway.
    pub name: Arc<str>,
    /// Tells it from every other that there ever was in its gateway: what it has counted is its own.
    pub serial: u64,
    /// Which requests it fits.
    pub when: Target,
    /// Which of those it strikes.
    pub trigger: Trigger,
    /// When.
    pub placed: Placed,
    /// How.
    pub harm: Harm,
}

/// Which requests a fault fits: all that is given must fit.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Target {
    /// The login, also one that nobody has.
    pub account: Option<Glob>,
    /// What is asked; `None`: anything, readable or not.
    pub asked: Option<Asked>,
    /// One of the numbers, in digits.
    pub msisdn: Option<Glob>,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// SEND.
    Send,
    /// GETPRICE.
    Price,
    /// GETSTATUS.
    Status,
    /// BALANCE.
    Balance,
    /// CREDITPRICE.
    CreditPrice,
    /// Nothing that could be read (XML-08, OP-02).
    Unreadable,
}

/// Which of the requests that a fault fits it strikes: those that all of this is true of. Counted for each account;
/// together for those who have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trigger {
    /// It starts with this one (from 1).
    pub nth: NonZeroU32,
    /// From there on each so-many-th.
    pub every: NonZeroU32,
    /// It strikes so often; `None`: for ever.
    pub times: Option<u32>,
    /// It strikes by chance.
    pub chance: Option<Share>,
    /// The seed of its draws; `None`: the gateway's.
    pub seed: Option<u64>,
}

/// How a reply is hurt: each in the same way, or late by a time that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Harm {
    /// In the same way.
    Always(Effect),
    /// Late.
    Late(Latency),
}

/// A request as a fault sees it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The login, if it has one.
    pub account: Option<&'a str>,
    /// What is asked.
    pub asked: Asked,
    /// To whom.
    pub recipients: &'a [Recipient],
    /// Its document.
    pub document: Digest,
}

/// That a fault was tried on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The fault's serial.
    pub fault: u64,
    /// The document, if it was drawn by.
    pub document: Option<Digest>,
    /// Whether it struck.
    pub struck: bool,
}

/// What faults have counted: the fold of [`Tried`].
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<u64, Count>,
    /// How often each fault has drawn by each document.
    drawn: BTreeMap<(u64, Digest), u32>,
}

/// How often a fault was tried, and how often it struck.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    tried: u32,
    struck: u32,
}

/// How many documents a tally keeps apart. Beyond it each further one draws as if it came for the first time.
const MOST_DOCUMENTS: usize = 100_000;

impl Tally {
    /// Lets something happen; the only way in which it changes. All but trials is nothing to it.
    pub fn apply(&mut self, event: &Event) {
        if let Event::Tried(tried) = event {
            self.note(tried);
        }
    }

    /// Lets it count.
    pub(super) fn note(&mut self, tried: &Tried) {
        let count = self.counts.entry(tried.fault).or_default();
        count.tried = count.tried.saturating_add(1);
        count.struck = count.struck.saturating_add(u32::from(tried.struck));
        if let Some(document) = tried.document {
            let key = (tried.fault, document);
            if self.drawn.len() < MOST_DOCUMENTS || self.drawn.contains_key(&key) {
                let times = self.drawn.entry(key).or_default();
                *times = times.saturating_add(1);
            }
        }
    }

    /// How often a fault struck.
    pub fn struck(&self, fault: u64) -> u32 {
        self.count(fault).struck
    }

    fn count(&self, fault: u64) -> Count {
        self.counts.get(&fault).copied().unwrap_or_default()
    }

    fn drawn(&self, fault: u64, document: Digest) -> u32 {
        let times = self.drawn.get(&(fault, document));
        times.copied().unwrap_or_default()
    }
}

/// What came of trying faults on a request.
#[derive(Debug, Default)]
pub struct Trial {
    /// What was counted.
    pub events: Vec<Event>,
    /// What is done to the reply, if one struck.
    pub hurt: Option<Hurt>,
}

impl Trial {
    /// Tries one after another, until one strikes; those after it are not tried.
    pub fn of(rules: &Rules, tally: &Tally, subject: &Subject<'_>) -> Self {
        let mut trial = Self::default();
        for fault in rules.faults.iter().filter(|fault| fault.when.fits(subject)) {
            let count = tally.count(fault.serial);
            let ticket = |what| fault.ticket(rules.seed, tally, subject, what);
            let struck = fault.trigger.strikes(count, || ticket("chance"));
            trial.events.push(Event::Tried(Tried {
                fault: fault.serial,
                document: fault.draws().then_some(subject.document),
                struck,
            }));
            if struck {
                let effect = match &fault.harm {
                    Harm::Always(effect) => effect.clone(),
                    Harm::Late(latency) => Effect::Delay(latency.draw(ticket("delay"))),
                };
                trial.hurt = Some(Hurt {
                    effect,
                    placed: fault.placed,
                    fault: Some(Arc::clone(&fault.name)),
                });
                break;
            }
        }
        trial
    }
}

impl Fault {
    /// Whether it draws, and so has to know the document.
    pub const fn draws(&self) -> bool {
        self.trigger.chance.is_some() || matches!(self.harm, Harm::Late(_))
    }

    /// A draw is the request's own: the same document draws the same in whatever order requests come; sent again, it
    /// is another draw.
    fn ticket(&self, seed: u64, tally: &Tally, subject: &Subject<'_>, what: &str) -> u64 {
        let identity = [
            &*self.name,
            what,
            subject.account.unwrap_or_default(),
            subject.asked.word(),
            &subject.document.word(),
            &tally.drawn(self.serial, subject.document).to_string(),
        ];
        hash(self.trigger.seed.unwrap_or(seed), &identity)
    }
}

impl Target {
    fn fits(&self, subject: &Subject<'_>) -> bool {
        let is_one_of_them = |wanted: &Glob| {
            let mut numbers = subject.recipients.iter().filter_map(|to| to.msisdn);
            numbers.any(|msisdn| wanted.fits(&msisdn.to_string()))
        };
        self.asked.is_none_or(|asked| asked == subject.asked)
            && self
                .account
                .as_ref()
                .is_none_or(|wanted| subject.account.is_some_and(|login| wanted.fits(login)))
            && self.msisdn.as_ref().is_none_or(is_one_of_them)
    }
}

impl Trigger {
    /// Each.
    pub const ALWAYS: Self = Self {
        nth: NonZeroU32::MIN,
        every: NonZeroU32::MIN,
        times: None,
        chance: None,
        seed: None,
    };

    fn strikes(&self, so_far: Count, ticket: impl FnOnce() -> u64) -> bool {
        let turn = so_far
            .tried
            .saturating_add(1)
            .checked_sub(self.nth.get())
            .is_some_and(|after| after % self.every == 0);
        turn && self.times.is_none_or(|times| so_far.struck < times)
            && self.chance.is_none_or(|chance| chance.wins(ticket()))
    }
}

impl Asked {
    /// It in one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Price => "price",
            Self::Status => "status",
            Self::Balance => "balance",
            Self::CreditPrice => "credit_price",
            Self::Unreadable => "unreadable",
        }
    }
}

impl From<&Operation> for Asked {
    fn from(operation: &Operation) -> Self {
        match operation {
            Operation::Send(_) => Self::Send,
            Operation::GetPrice(_) => Self::Price,
            Operation::GetStatus(_) => Self::Status,
            Operation::Balance => Self::Balance,
            Operation::CreditPrice => Self::CreditPrice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    /// Which of the first ten requests are struck.
    #[track_caller]
    fn check(trigger: Trigger, expected: &[u32]) {
        let mut tally = Tally::default();
        let mut struck_ones = Vec::new();
        for request in 1..=10 {
            let struck = trigger.strikes(tally.count(1), || u64::from(request) * 100_000);
            tally.note(&Tried {
                fault: 1,
                document: None,
                struck,
            });
            if struck {
                struck_ones.push(request);
            }
        }
        assert_eq!(struck_ones, expected, "{trigger:?}");
        assert_eq!(tally.struck(1) as usize, expected.len());
        assert_eq!(tally.struck(2), 0);
    }

    #[test]
    fn triggers() {
        let always = Trigger::ALWAYS;
        let nth = |count| Trigger {
            nth: number(count),
            ..always
        };
        let times = |times, trigger| Trigger {
            times: Some(times),
            ..trigger
        };
        let every = |count, trigger| Trigger {
            every: number(count),
            ..trigger
        };
        check(always, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        check(nth(9), &[9, 10]);
        check(times(1, nth(3)), &[3]);
        check(times(2, always), &[1, 2]);
        check(every(3, nth(3)), &[3, 6, 9]);
        check(every(4, always), &[1, 5, 9]);
        check(times(2, every(4, nth(2))), &[2, 6]);
        let chance = Share::millionths(450_000);
        check(Trigger { chance, ..always }, &[1, 2, 3, 4, 10]);
        check(times(3, Trigger { chance, ..always }), &[1, 2, 3]);
        let chance = Share::millionths(0);
        check(Trigger { chance, ..always }, &[]);
    }

    #[test]
    fn targets() {
        let subject = Subject {
            account: Some("shop"),
            asked: Asked::Send,
            recipients: &[],
            document: Digest::default(),
        };
        let nobody = Subject {
            account: None,
            asked: Asked::Unreadable,
            ..subject
        };
        let fits = |account: Option<&str>, asked, subject: &Subject<'_>| {
            let account = account.map(Glob::new);
            let target = Target {
                account,
                asked,
                msisdn: None,
            };
            target.fits(subject)
        };
        assert!(fits(None, None, &subject) && fits(None, None, &nobody));
        assert!(fits(Some("sh*"), Some(Asked::Send), &subject));
        assert!(!fits(Some("ci*"), None, &subject));
        assert!(!fits(None, Some(Asked::Price), &subject));
        assert!(
            !fits(Some("*"), None, &nobody),
            "who has no login has none like this"
        );
        assert!(fits(None, Some(Asked::Unreadable), &nobody));
        let msisdn = Some(Glob::new("*"));
        let target = Target {
            msisdn,
            ..Target::default()
        };
        assert!(!target.fits(&subject), "it has no number");
    }
}

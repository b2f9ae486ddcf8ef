//! What generated cases find: each of many planted bugs is looked for with all properties, and made small.
//!
//! With `UPDATE_MUTANTS` set it writes `tests/mutants.txt`: which property found each, after how many cases, and how small
//! it became.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use epochta_conformance::fuzz::failure::Failure;
use epochta_conformance::properties;
use epochta_conformance::scenario::model::Step;
use epochta_conformance::scenario::source::Source;
use epochta_conformance::target::Target;

use crate::liar::{Liar, Lie, Policy, Revision};

/// Bugs that people make: at edges, with money, with characters, with ids, with order.
const MUTANTS: &[Lie] = &[
    Lie::GsmPartOf161,
    Lie::GsmPartOf159,
    Lie::UnicodePartOf71,
    Lie::UnicodePartOf69,
    Lie::GsmPartsOf160,
    Lie::UnicodePartsOf70,
    Lie::ExtensionCountsOne,
    Lie::ExtensionIsUnicode,
    Lie::SmallCedillaIsGsm,
    Lie::CharactersCounted,
    Lie::BytesCounted,
    Lie::ChargedTwice,
    Lie::ChargedPlusOne,
    Lie::NothingCharged,
    Lie::FloatsShow,
    Lie::BalanceRace,
    Lie::RefusedButCharged,
    Lie::PriceDiffers,
    Lie::PriceCharges,
    Lie::PriceSends,
    Lie::ShortestPrefix,
    Lie::UntariffedCharged,
    Lie::OverdraftAllowed,
    Lie::TwiceDecoded,
    Lie::ReferencesResolvedTwice,
    Lie::EntitiesUnresolved,
    Lie::CdataDropped,
    Lie::CommentsCut,
    Lie::Windows1251IsLatin1,
    Lie::Koi8RIsWindows1251,
    Lie::OrderDemanded,
    Lie::LastNumberForgotten,
    Lie::OnlyFirstNumberServed,
    Lie::PartsCounted,
    Lie::StatusIsOne,
    Lie::SameNumberMerged,
    Lie::SameIdReplaces,
    Lie::IdCaseIgnored,
    Lie::IdsCut,
    Lie::RowIdUnescaped,
    Lie::InvalidNumberCharged,
    Lie::InvalidNumberForgotten,
    Lie::SixDigitsAccepted,
    Lie::SixteenDigitsAccepted,
    Lie::LongNameSenderAccepted,
    Lie::SubstitutedTwice,
    Lie::FirstOccurrenceOnly,
    Lie::SurplusValuesAppended,
    Lie::PartsOfTemplate,
    Lie::OthersVisible,
    Lie::UnknownIdHasRow,
    Lie::FirstRowOnly,
    Lie::FinalGoesBack,
    Lie::FinalDatesMove,
    Lie::DateOnly,
    Lie::TestModeCharges,
    Lie::PasswordEndIgnored,
    Lie::UnclosedAccepted,
    Lie::TextAfterRootAccepted,
    Lie::SecondRequestRepeatsFirst,
];

/// How many cases are played for each at most.
const CASES: u64 = 2000;

/// How long a final status may take: enough for an endpoint that moves on whenever it is asked.
const FINAL_WITHIN: Duration = Duration::from_secs(3);

/// How many bugs are looked for at the same time.
const THREADS: usize = 6;

/// The endpoints in which a bug may show.
const SETUPS: [(Policy, Revision); 3] = [
    (Policy::Refuse, Revision::Documented),
    (Policy::Refuse, Revision::Extended),
    (Policy::Partial, Revision::Documented),
];

/// How a bug was found.
struct Found {
    property: &'static str,
    /// How many cases had been begun.
    cases: u64,
    tried: u32,
    /// The most recipients of one mailing.
    recipients: usize,
    /// How many mailings are sent, each copy of a branch for itself. The other operations only look.
    sends: u32,
}

impl Found {
    fn of(failure: &Failure) -> Self {
        Self {
            property: failure.property.name,
            cases: failure.index + 1,
            tried: failure.tried,
            recipients: failure
                .generated
                .steps
                .iter()
                .map(recipients)
                .max()
                .unwrap_or(0),
            sends: failure.generated.steps.iter().map(sends).sum(),
        }
    }

    fn is_small(&self) -> bool {
        self.recipients <= 1 || self.sends <= 1
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            property,
            cases,
            tried,
            recipients,
            sends,
        } = self;
        write!(
            f,
            "{property}, case {cases}, {tried} simpler tried, {sends} mailings, {recipients} recipients"
        )
    }
}

fn recipients(step: &Step) -> usize {
    let inside = step.parallel.iter().flatten();
    let inside = inside.flat_map(|branch| branch.steps.iter().map(recipients));
    let message = step.send.as_ref().or(step.price.as_ref());
    let tree = step.tree.as_ref().map_or(0, |tree| {
        let text = serde_yaml::to_string(tree).unwrap();
        text.matches("number").count() - text.matches("numbers").count()
    });
    let own = message.map_or(tree, |message| message.to.len());
    inside.max().unwrap_or(0).max(own)
}

fn sends(step: &Step) -> u32 {
    let branches = step.parallel.iter().flatten();
    let inside: u32 = branches
        .map(|branch| branch.copies.unwrap_or(1) * branch.steps.iter().map(sends).sum::<u32>())
        .sum();
    let tree = step.tree.as_ref();
    let is_tree = tree.is_some_and(|tree| serde_yaml::to_string(tree).unwrap().contains("SEND"));
    inside + u32::from(step.send.is_some() || is_tree)
}

/// Looks for a bug in each setup until it is found.
fn look_for(lie: Lie) -> Option<Found> {
    SETUPS.iter().find_map(|(policy, revision)| {
        let liar = Liar::start_under(*policy, *revision, Some(lie));
        let source = Source {
            name: "liar.yaml".to_owned(),
            text: liar.target_yaml(),
        };
        let mut target = Target::read(&source, &|_| None).unwrap();
        target.final_within = FINAL_WITHIN;
        let failures = properties(&target).cases(CASES).failures().unwrap();
        failures.first().map(|(failure, _)| Found::of(failure))
    })
}

fn look_for_all(lies: &[Lie]) -> BTreeMap<Lie, Option<Found>> {
    let found = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(lie) = lies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let this = look_for(*lie);
                    found.lock().unwrap().insert(*lie, this);
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn table(found: &BTreeMap<Lie, Option<Found>>) -> String {
    let lines = found.iter().map(|(lie, found)| {
        let how = found
            .as_ref()
            .map_or_else(|| "not found".to_owned(), Found::to_string);
        format!("{} {}: {how}\n", lie.clause(), lie.name())
    });
    lines.collect()
}

#[test]
fn planted_bugs_are_found_and_made_small() {
    let all = look_for_all(MUTANTS);
    if std::env::var_os("UPDATE_MUTANTS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mutants.txt");
        std::fs::write(path, table(&all)).unwrap();
    }
    let mutants = || MUTANTS.iter().map(|lie| (lie, all[lie].as_ref()));
    let found = mutants().filter(|(_, found)| found.is_some()).count();
    let small = mutants().filter(|(_, found)| found.is_some_and(Found::is_small));
    let small = small.count();
    let table = table(&all);
    assert!(found * 20 >= MUTANTS.len() * 19, "{found} found:\n{table}");
    assert!(small * 10 >= found * 9, "{small} small:\n{table}");
}

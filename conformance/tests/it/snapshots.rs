//! Snapshots beside scenarios: proposals are written where that is allowed, and accepted, rejected or reviewed.

use insta::assert_snapshot;

use crate::canned::{Canned, credits};
use crate::folder::{Folder, judging};
use crate::verdicts::{BALANCE, with_credits};

const SNAPSHOT: &str = "scenarios/money/BALANCE-01-credits.snap";
const PROPOSAL: &str = "scenarios/money/BALANCE-01-credits.snap.new";

/// A scenario with a snapshot from an endpoint without a row for credits.
fn folder(test: &str, endpoint: &Canned) -> Folder {
    let folder = Folder::with(
        test,
        "money/BALANCE-01-credits",
        &BALANCE.replace("steps:", "snapshot: true\nsteps:"),
    );
    folder.target(endpoint, "");
    folder.write(
        SNAPSHOT,
        "---\nsource: scenarios/money/BALANCE-01-credits.yaml\nexpression: replies\n---\n# 1 ask\n<RESPONSE>\n\
         <status>0</status>\n</RESPONSE>\n",
    );
    folder
}

fn proposed(folder: &Folder) -> bool {
    folder.names().iter().any(|name| name == PROPOSAL)
}

#[test]
fn a_difference_is_shown_and_proposed() {
    let endpoint = with_credits("5");
    let folder = folder("snapshot-differs", &endpoint);
    let ran = folder.judge(&[]);
    assert_eq!(ran.code, 1, "{}", ran.screen());
    let start = ran.stdout.find("  snapshot does not hold").unwrap();
    let end = ran.stdout.find("\n\nselected").unwrap();
    assert_snapshot!(&ran.stdout[start..end], @"
    snapshot does not hold, scenarios/money/BALANCE-01-credits.yaml:3:11
      expected  the replies of the snapshot
      actual    other replies
      difference
        @@ -1,4 +1,5 @@
         # 1 ask
         <RESPONSE>
         <status>0</status>
        +<credits><<credits:1>></credits>
         </RESPONSE>
    ");
    assert_snapshot!(folder.read(PROPOSAL), @"
    ---
    source: scenarios/money/BALANCE-01-credits.yaml
    expression: replies
    ---
    # 1 ask
    <RESPONSE>
    <status>0</status>
    <credits><<credits:1>></credits>
    </RESPONSE>
    ");
}

#[test]
fn in_ci_nothing_is_proposed() {
    let endpoint = with_credits("5");
    for (value, expected) in [("true", false), ("1", false), ("false", true), ("", true)] {
        let folder = folder("snapshot-in-ci", &endpoint);
        let ran = folder.command(&judging(&[])).env("CI", value).run();
        assert_eq!(ran.code, 1, "{}", ran.screen());
        assert_eq!(proposed(&folder), expected, "CI={value}");
    }
}

#[test]
fn what_is_accepted_holds() {
    let endpoint = with_credits("5");
    let folder = folder("snapshot-accepted", &endpoint);
    folder.judge(&[]);
    let ran = folder.run(&["accept"]);
    assert_eq!(
        ran.screen(),
        format!("exit code 0\n--- stdout\naccepted {SNAPSHOT}\n")
    );
    assert!(!proposed(&folder));
    assert_eq!(folder.judge(&[]).code, 0);
    let ran = folder.run(&["accept"]);
    assert_eq!(ran.screen(), "exit code 0\n--- stdout\nno snapshot waits\n");
}

#[test]
fn what_is_rejected_is_gone() {
    let endpoint = with_credits("5");
    let folder = folder("snapshot-rejected", &endpoint);
    let before = folder.read(SNAPSHOT);
    folder.judge(&[]);
    let ran = folder.run(&["reject", "scenarios"]);
    assert_eq!(
        ran.screen(),
        format!("exit code 0\n--- stdout\nrejected {SNAPSHOT}\n")
    );
    assert!(!proposed(&folder));
    assert_eq!(folder.read(SNAPSHOT), before);
}

#[test]
fn a_proposal_that_is_not_needed_any_more_goes() {
    let endpoint = with_credits("5");
    let folder = folder("snapshot-right-again", &endpoint);
    folder.judge(&[]);
    folder.run(&["accept"]);
    folder.write(PROPOSAL, "left behind");
    assert_eq!(folder.judge(&[]).code, 0);
    assert!(!proposed(&folder));
}

#[test]
fn a_review_shows_each_and_asks() {
    let endpoint = with_credits("5");
    let folder = folder("snapshot-reviewed", &endpoint);
    folder.judge(&[]);
    let ran = folder.command(&["review"]).input("?\ns\n").run();
    assert_snapshot!(ran.screen(), @"
    exit code 0
    --- stdout
    1/1 scenarios/money/BALANCE-01-credits.snap.new
    BALANCE says how many credits there are.
    @@ -1,4 +1,5 @@
     # 1 ask
     <RESPONSE>
     <status>0</status>
    +<credits><<credits:1>></credits>
     </RESPONSE>
    accept (a), reject (r), skip (s) or quit (q)? accept (a), reject (r), skip (s) or quit (q)? accepted 0 / rejected 0 / left 1
    ");
    assert!(proposed(&folder));
    let ran = folder.command(&["review"]).input("a\n").run();
    let end = "quit (q)? accepted 1 / rejected 0 / left 0\n";
    assert!(ran.stdout.ends_with(end), "{}", ran.stdout);
    assert!(!proposed(&folder));
    assert_eq!(folder.judge(&[]).code, 0);
    let ran = folder.command(&["review"]).run();
    assert_eq!(
        ran.screen(),
        "exit code 0\n--- stdout\naccepted 0 / rejected 0 / left 0\n"
    );
}

#[test]
fn orphans_are_told_and_removed_if_asked() {
    let endpoint = with_credits("5");
    let folder = folder("snapshot-orphans", &endpoint);
    let orphan = "scenarios/money/BALANCE-01-gone.snap";
    folder.write(orphan, &folder.read(SNAPSHOT));
    for command in ["accept", "reject", "review"] {
        let ran = folder.run(&[command]);
        let told = format!("no scenario wants {orphan}; reject --orphans removes it\n");
        assert!(ran.stdout.ends_with(&told), "{}", ran.screen());
    }
    let ran = folder.run(&["reject", "--orphans"]);
    assert_eq!(
        ran.screen(),
        format!("exit code 0\n--- stdout\nno snapshot waits\nremoved {orphan}\n")
    );
    let names = folder.names();
    assert!(names.iter().any(|name| name == SNAPSHOT), "{names:?}");
    assert!(names.iter().all(|name| name != orphan), "{names:?}");
}

#[test]
fn parallel_replies_stand_in_the_order_of_the_file() {
    let reply = credits(0, "5");
    let endpoint = Canned::answering(&[("BALANCE", &reply), ("CREDITPRICE", &reply)]);
    let folder = Folder::with(
        "snapshot-parallel",
        "money/BALANCE-01-parallel",
        "\
clauses: [BALANCE-01]
requirement: Whoever is asked first need not answer first.
snapshot: true
steps:
  - parallel:
      - steps: [{ name: one, ask: BALANCE }]
      - steps: [{ name: two, ask: CREDITPRICE }]
",
    );
    folder.target(&endpoint, "");
    for _ in 0..5 {
        folder.judge(&[]);
        let text = folder.read("scenarios/money/BALANCE-01-parallel.snap.new");
        assert!(text.find("# one") < text.find("# two"), "{text}");
    }
}

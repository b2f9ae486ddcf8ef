//! The format byte for byte, both readers, and what is written when.

use std::path::Path;

use super::{
    Comparison, FormatError, Snapshot, SnapshotError, Writing, beside, proposal_of, propose,
};
use crate::check::scratch::Scratch;

const SOURCE: &str = "scenarios/send/SEND-03-charge.yaml";

const FILE: &str = "---\nsource: scenarios/send/SEND-03-charge.yaml\nexpression: replies\n---\n\
                    # 1 send\n<RESPONSE>\n<status>1</status>\n</RESPONSE>\n";

const CONTENTS: &str = "# 1 send\n<RESPONSE>\n<status>1</status>\n</RESPONSE>\n";

fn snapshot(contents: &str) -> Snapshot {
    Snapshot {
        source: Some(SOURCE.to_owned()),
        contents: contents.to_owned(),
    }
}

#[test]
fn a_file_is_a_header_and_the_text() {
    assert_eq!(snapshot(CONTENTS).file_text(), FILE);
    assert_eq!(snapshot(CONTENTS.trim_end()).file_text(), FILE);
}

#[test]
fn insta_writes_the_same_file() {
    #[track_caller]
    fn check(source: &str, contents: &str) {
        let scratch = Scratch::new();
        let written = Snapshot {
            source: Some(source.to_owned()),
            contents: contents.to_owned(),
        };
        let ours = scratch.write("ours.snap", &written.file_text());
        // What `cargo insta accept` does.
        let read = insta::Snapshot::from_file(&ours).unwrap();
        read.save(&scratch.at("theirs.snap")).unwrap();
        assert_eq!(scratch.read("theirs.snap"), written.file_text());
    }
    check(SOURCE, CONTENTS);
    check(SOURCE, "");
    check(SOURCE, "---\n\n  x\n---\nsource: y\n\n");
    check("/home/me/my scenarios/тест.yaml", CONTENTS);
    check("C:/a/b.yaml", CONTENTS);
    check("a/{b},[c]#'d'.yaml", CONTENTS);
    check("a/b\\c\"d\".yaml", CONTENTS);
    check("../a.yaml", CONTENTS);
    check("-a/b.yaml", CONTENTS);
}

#[test]
fn both_readers_agree() {
    #[track_caller]
    fn check(file: &str, source: Option<&str>, contents: &str) {
        let scratch = Scratch::new();
        let expected = Snapshot {
            source: source.map(str::to_owned),
            contents: contents.to_owned(),
        };
        let path = scratch.write("a.snap", file);
        assert_eq!(Snapshot::read(&path).unwrap(), Some(expected.clone()));
        assert_eq!(Snapshot::parse(file), Ok(expected));
    }
    check(FILE, Some(SOURCE), CONTENTS.trim_end());
    check(
        &FILE.replace('\n', "\r\n"),
        Some(SOURCE),
        CONTENTS.trim_end(),
    );
    check("---\nexpression: replies\n---\na\n\n \n", None, "a");
    check(
        "---\nsource: \"a/b: c\"\ninfo:\n  x: 1\n---\n\n a\n---\nb",
        Some("a/b: c"),
        "\n a\n---\nb",
    );
    check(
        "---   \nsource: a/b\nassertion_line: 3\n--- \n",
        Some("a/b"),
        "",
    );
    check("---\nsource: a/b\n", Some("a/b"), "");
    check(
        "---\nsource: 7\nexpression: true\n---\na\rb\n",
        None,
        "a\rb",
    );
}

#[test]
fn both_readers_refuse_what_is_no_snapshot_of_replies() {
    #[track_caller]
    fn check(file: &str, expected: &FormatError) {
        let scratch = Scratch::new();
        let path = scratch.write("a.snap", file);
        assert_eq!(Snapshot::parse(file).as_ref(), Err(expected));
        let error = Snapshot::read(&path).unwrap_err().to_string();
        let head = format!("the snapshot {} cannot be read: ", path.display());
        assert!(error.starts_with(&head), "{error}");
    }
    check("---\n---\na\n", &FormatError::Header(String::new()));
    check("---\nx\n---\na\n", &FormatError::Header(String::new()));
    check(
        "---\nextension: bin\nsnapshot_kind: binary\n---\n",
        &FormatError::Binary,
    );
    let error = Snapshot::parse("---\n{\n---\na\n").unwrap_err().to_string();
    assert!(
        error.starts_with("the header between the lines --- is no YAML mapping: "),
        "{error}"
    );
    assert_eq!(Snapshot::parse("a\n"), Err(FormatError::NoHeader));
    assert_eq!(Snapshot::parse(""), Err(FormatError::NoHeader));
}

#[test]
fn no_file_is_no_error() {
    let scratch = Scratch::new();
    assert_eq!(Snapshot::read(&scratch.at("a.snap")).unwrap(), None);
    assert!(matches!(
        Snapshot::read(scratch.path()),
        Err(SnapshotError::Read { .. })
    ));
}

#[test]
fn blanks_at_the_end_do_not_count() {
    assert_eq!(Snapshot::compare(None, "a"), Comparison::Missing);
    for (expected, actual) in [("a", "a\n"), ("a\r\nb", "a\nb\n\n"), ("", "\n")] {
        assert_eq!(
            Snapshot::compare(Some(expected), actual),
            Comparison::Same,
            "{expected:?} {actual:?}"
        );
    }
    let difference = "@@ -1,2 +1,3 @@\n a\n b\n+c\n".to_owned();
    assert_eq!(
        Snapshot::compare(Some("a\nb"), "a\nb\nc\n"),
        Comparison::Differs { difference }
    );
    assert_ne!(Snapshot::compare(Some(" a"), "a"), Comparison::Same);
}

#[test]
fn a_snapshot_stands_beside_its_scenario() {
    assert_eq!(
        beside(Path::new("scenarios/form/FORM-04-v1.0.yaml")),
        Path::new("scenarios/form/FORM-04-v1.0.snap")
    );
    assert_eq!(
        proposal_of(Path::new("a/FORM-04-v1.0.snap")),
        Path::new("a/FORM-04-v1.0.snap.new")
    );
}

/// Proposes where the files `before` are; then there must be `after`, and only the proposal may have changed.
#[track_caller]
fn check_proposal(comparison: &Comparison, writing: Writing, before: &[&str], after: &[&str]) {
    let scratch = Scratch::new();
    for name in before {
        scratch.write(name, "old");
    }
    let path = scratch.at("a.snap");
    let proposal = propose(&path, SOURCE, comparison, CONTENTS, writing).unwrap();
    assert_eq!(scratch.names(), after);
    match proposal {
        Some(path) => {
            assert_eq!(path, scratch.at("a.snap.new"));
            assert_eq!(scratch.read("a.snap.new"), FILE);
        }
        None => {
            for name in after {
                assert_eq!(scratch.read(name), "old");
            }
        }
    }
}

#[test]
fn a_proposal_is_written_if_the_text_is_another() {
    let differs = Comparison::Differs {
        difference: String::new(),
    };
    let (old, both) = (["a.snap"], ["a.snap", "a.snap.new"]);
    check_proposal(&differs, Writing::Allowed, &old, &both);
    check_proposal(&differs, Writing::Allowed, &both, &both);
    check_proposal(&Comparison::Missing, Writing::Allowed, &[], &["a.snap.new"]);
    check_proposal(&Comparison::Same, Writing::Allowed, &both, &old);
    check_proposal(&Comparison::Same, Writing::Allowed, &old, &old);
}

#[test]
fn nothing_is_touched_without_permission() {
    let differs = Comparison::Differs {
        difference: String::new(),
    };
    let (old, both) = (["a.snap"], ["a.snap", "a.snap.new"]);
    for comparison in [&differs, &Comparison::Missing, &Comparison::Same] {
        check_proposal(comparison, Writing::Forbidden, &[], &[]);
        check_proposal(comparison, Writing::Forbidden, &old, &old);
        check_proposal(comparison, Writing::Forbidden, &both, &both);
    }
}

#[test]
fn a_folder_that_is_gone_is_named() {
    let scratch = Scratch::new();
    let path = scratch.at("gone/a.snap");
    let error = propose(
        &path,
        SOURCE,
        &Comparison::Missing,
        CONTENTS,
        Writing::Allowed,
    )
    .unwrap_err()
    .to_string();
    let head = format!("cannot write {}: ", proposal_of(&path).display());
    assert!(error.starts_with(&head), "{error}");
}

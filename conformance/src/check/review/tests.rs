//! Folders with proposals, and what becomes of them.

use std::path::PathBuf;

use super::{
    Pending, Reviewed, accept, find_orphans, find_pending, reject, remove_orphans, review,
};
use crate::check::scratch::Scratch;
use crate::check::snapshot::Snapshot;

fn file(name: &str, contents: &str) -> String {
    let snapshot = Snapshot {
        source: Some(format!("scenarios/{name}.yaml")),
        contents: contents.to_owned(),
    };
    snapshot.file_text()
}

/// Two proposals: `a` for a snapshot that is there, `b` for a new one.
fn two() -> (Scratch, Vec<Pending>) {
    let scratch = Scratch::new();
    scratch.write("a.snap", &file("a", "1\n2\n3"));
    scratch.write("a.snap.new", &file("a", "1\ntwo\n3"));
    scratch.write("a.yaml", "tags: [x]\nrequirement: Two is two.\nsteps: []\n");
    scratch.write("b.snap.new", &file("b", "new"));
    let pending = find_pending(&[scratch.path().to_owned()]).unwrap();
    (scratch, pending)
}

#[test]
fn proposals_are_found_in_folders_and_as_files() {
    let scratch = Scratch::new();
    let deep = scratch.write("x/y/c.snap.new", "");
    let flat = scratch.write("a-v1.0.snap.new", "");
    let old = scratch.write("a-v1.0.snap", "");
    scratch.write("b.yaml", "");
    let find = |paths: &[PathBuf]| {
        find_pending(paths).map(|found| found.iter().map(|p| p.path().to_owned()).collect())
    };
    let check = |paths: &[PathBuf], expected: &[&PathBuf]| {
        let found: Vec<PathBuf> = find(paths).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    };
    let folder = scratch.path().to_owned();
    check(std::slice::from_ref(&folder), &[&flat, &deep]);
    check(&[scratch.at("x"), deep.clone()], &[&deep]);
    check(&[deep.clone(), flat.clone(), folder], &[&flat, &deep]);
    check(&[], &[]);
    assert_eq!(
        find_pending(&[flat]).unwrap().first().unwrap().snapshot(),
        old
    );
    let wrong = |path: &PathBuf| {
        find_pending(std::slice::from_ref(path))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        wrong(&old),
        format!(
            "{} is no pending snapshot; name folders, or files that end in .snap.new",
            old.display()
        )
    );
    let gone = scratch.at("gone");
    let head = format!("the folder {} cannot be read: ", gone.display());
    assert!(wrong(&gone).starts_with(&head));
}

#[test]
fn what_is_accepted_is_the_snapshot() {
    let (scratch, pending) = two();
    accept(&pending).unwrap();
    assert_eq!(scratch.names(), ["a.snap", "a.yaml", "b.snap"]);
    assert_eq!(scratch.read("a.snap"), file("a", "1\ntwo\n3"));
    assert_eq!(scratch.read("b.snap"), file("b", "new"));
}

#[test]
fn what_is_rejected_is_gone() {
    let (scratch, pending) = two();
    reject(&pending).unwrap();
    assert_eq!(scratch.names(), ["a.snap", "a.yaml"]);
    assert_eq!(scratch.read("a.snap"), file("a", "1\n2\n3"));
    // Somebody else was faster.
    reject(&pending).unwrap();
}

#[test]
fn what_cannot_be_read_is_not_accepted() {
    let scratch = Scratch::new();
    let path = scratch.write("a.snap.new", "---\n---\n");
    let pending = find_pending(&[path]).unwrap();
    assert!(accept(&pending).is_err());
    assert_eq!(scratch.names(), ["a.snap.new"]);
    reject(&pending).unwrap();
    assert!(
        accept(&pending)
            .unwrap_err()
            .to_string()
            .contains("there is no such file")
    );
}

/// Both proposals of [`two`], the answers, what was shown (`@` is the folder), what came of it and what is there.
#[track_caller]
fn check_review(answers: &str, shown: &str, counts: [usize; 3], files: &[&str]) {
    let (scratch, pending) = two();
    let mut output = Vec::new();
    let reviewed = review(&pending, &mut answers.as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    let folder = scratch.path().display().to_string();
    assert_eq!(output.replace(&folder, "@"), shown);
    let [accepted, rejected, left] = counts;
    let expected = Reviewed {
        accepted,
        rejected,
        left,
    };
    assert_eq!(reviewed, expected);
    assert_eq!(scratch.names(), files);
}

const A: &str = "1/2 @/a.snap.new\nTwo is two.\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n";
const B: &str = "2/2 @/b.snap.new\n@@ -0,0 +1 @@\n+new\n";
const ASK: &str = "accept (a), reject (r), skip (s) or quit (q)? ";

#[test]
fn each_proposal_is_shown_and_asked_about() {
    check_review(
        "a\nr\n",
        &format!("{A}{ASK}{B}{ASK}accepted 1 / rejected 1 / left 0\n"),
        [1, 1, 0],
        &["a.snap", "a.yaml"],
    );
    check_review(
        "s\n accept \r\n",
        &format!("{A}{ASK}{B}{ASK}accepted 1 / rejected 0 / left 1\n"),
        [1, 0, 1],
        &["a.snap", "a.snap.new", "a.yaml", "b.snap"],
    );
}

#[test]
fn an_answer_that_is_none_is_asked_again() {
    check_review(
        "\nyes\nA\nreject\nskip\n",
        &format!("{A}{ASK}{ASK}{ASK}{ASK}{B}{ASK}accepted 0 / rejected 1 / left 1\n"),
        [0, 1, 1],
        &["a.snap", "a.yaml", "b.snap.new"],
    );
}

#[test]
fn who_quits_or_goes_away_leaves_the_rest() {
    let all = ["a.snap", "a.snap.new", "a.yaml", "b.snap.new"];
    check_review(
        "q\na\n",
        &format!("{A}{ASK}accepted 0 / rejected 0 / left 2\n"),
        [0, 0, 2],
        &all,
    );
    check_review(
        "",
        &format!("{A}{ASK}\naccepted 0 / rejected 0 / left 2\n"),
        [0, 0, 2],
        &all,
    );
}

#[test]
fn a_broken_snapshot_can_be_replaced() {
    let scratch = Scratch::new();
    let old = scratch.write("a.snap", "---\n---\n");
    scratch.write("a.snap.new", &file("a", "new"));
    let pending = find_pending(&[scratch.path().to_owned()]).unwrap();
    let mut output = Vec::new();
    review(&pending, &mut "a\n".as_bytes(), &mut output).unwrap();
    let output = String::from_utf8(output).unwrap();
    let message = format!("the snapshot {} cannot be read: ", old.display());
    assert!(output.contains(&message), "{output}");
    assert_eq!(scratch.read("a.snap"), file("a", "new"));
}

#[test]
fn nothing_to_review_says_so() {
    let mut output = Vec::new();
    review(&[], &mut "".as_bytes(), &mut output).unwrap();
    assert_eq!(output, b"accepted 0 / rejected 0 / left 0\n");
}

#[test]
fn a_snapshot_that_is_not_wanted_is_an_orphan() {
    let scratch = Scratch::new();
    let kept = scratch.write("a.snap", "");
    let orphan = scratch.write("x/b.snap", "");
    scratch.write("x/c.snap.new", "");
    scratch.write("x/c.yaml", "");
    let folders = [scratch.path().to_owned(), scratch.at("x")];
    let orphans = find_orphans(&folders, &|path| path == kept).unwrap();
    assert_eq!(orphans, std::slice::from_ref(&orphan));
    remove_orphans(&orphans).unwrap();
    remove_orphans(&orphans).unwrap();
    assert!(!orphan.exists() && kept.exists());
    assert!(scratch.at("x/c.snap.new").exists());
}

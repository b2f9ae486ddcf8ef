//! Two texts to what a person wants to see of them: the lines that differ, and a few around them.

use std::time::Duration;

use similar::TextDiff;

/// Longer differences are cut; nobody reads them.
const MOST_LINES: usize = 60;

/// How many equal lines are shown around each difference.
const CONTEXT: usize = 3;

/// A search for the shortest difference is given up after this: an endpoint that answers megabytes must not hold up
/// the run. What is shown then is right, but not the shortest.
const PATIENCE: Duration = Duration::from_millis(500);

/// A unified difference, one line after the other and each with its line end: `-` marks what was expected, `+` what
/// there is, a blank what is in both; `@@` says at which lines. Empty if the texts are equal.
pub fn difference(expected: &str, actual: &str) -> String {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(expected, actual);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(hunk.header().to_string());
        for change in hunk.iter_changes() {
            // A carriage return is made visible: it can be all that differs.
            let line = change.value().trim_end_matches('\n').replace('\r', "␍");
            lines.push(format!("{}{line}", change.tag()));
            if change.missing_newline() {
                lines.push("\\ no line end here".to_owned());
            }
        }
    }
    let more = lines.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.truncate(MOST_LINES);
        let noun = if more == 1 { "line" } else { "lines" };
        lines.push(format!("… {more} more {noun}"));
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST_LINES, difference};

    #[track_caller]
    fn check(expected: &str, actual: &str, shown: &str) {
        assert_eq!(difference(expected, actual), shown);
    }

    #[test]
    fn equal_texts_have_none() {
        check("", "", "");
        check("a\nb\n", "a\nb\n", "");
    }

    #[test]
    fn lines_are_marked_by_where_they_are() {
        check(
            "a\nb\nc\n",
            "a\nB\nc\n",
            "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n",
        );
        check("", "a\n", "@@ -0,0 +1 @@\n+a\n");
        check("a\n", "", "@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn equal_lines_far_away_are_left_out() {
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n",
            "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\ntwelve\n",
            "@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n+twelve\n",
        );
    }

    #[test]
    fn line_ends_are_visible_where_they_are_all_that_differs() {
        check(
            "a\nb",
            "a\nb\n",
            "@@ -1,2 +1,2 @@\n a\n-b\n\\ no line end here\n+b\n",
        );
        check("a\n", "a\r\n", "@@ -1 +1 @@\n-a\n+a␍\n");
    }

    #[test]
    fn a_long_difference_is_cut_and_says_so() {
        let lines =
            |count: usize| -> String { (0..count).map(|number| format!("{number}\n")).collect() };
        let whole = difference("", &lines(MOST_LINES - 1));
        assert_eq!(whole.lines().count(), MOST_LINES);
        assert!(whole.ends_with("+58\n"), "{whole}");
        let one_more = difference("", &lines(MOST_LINES));
        assert!(one_more.ends_with("+58\n… 1 more line\n"), "{one_more}");
        let many_more = difference("", &lines(200));
        assert!(
            many_more.ends_with("+58\n… 141 more lines\n"),
            "{many_more}"
        );
    }

    #[test]
    fn texts_without_a_common_line_take_a_bounded_time() {
        let text = |from: usize| -> String {
            (from..from + 50_000)
                .map(|number| format!("{number}\n"))
                .collect()
        };
        assert_eq!(
            difference(&text(0), &text(50_000)).lines().count(),
            MOST_LINES + 1
        );
    }
}

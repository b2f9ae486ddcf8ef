//! Texts that neither steer a terminal nor flood it, whoever wrote them. What they say is not looked at.

/// Of a line that is longer than this, the middle is left out.
const LONGEST_LINE: usize = 600;

/// How much of the end of such a line is kept.
const KEPT_TAIL: usize = 100;

/// One line in which every character can be seen or is a blank: others are spelled out, line ends too.
pub(crate) fn spelled(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push('\t'),
            hidden if is_hidden(hidden) => line.extend(hidden.escape_unicode()),
            visible => line.push(visible),
        }
    }
    line
}

/// Control characters, those that turn the direction of what follows, line separators, the byte order mark, and two
/// that no XML document may hold.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61C}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{2069}'
                | '\u{FEFF}'
                | '\u{FFFE}'
                | '\u{FFFF}'
        )
}

/// The lines of a text, spelled out. If there are more than `most`, the middle is left out, and so it is in a line
/// that is very long.
pub(super) fn lines(text: &str, most: usize) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    let all: Vec<&str> = text
        .strip_suffix('\n')
        .unwrap_or(text)
        .split('\n')
        .collect();
    let shown = |line: &&str| spelled(&shortened(line, LONGEST_LINE));
    let surplus = all.len().saturating_sub(most);
    if surplus == 0 {
        return all.iter().map(shown).collect();
    }
    let head = most.div_ceil(2);
    let tail = all.len().saturating_sub(most.saturating_sub(head));
    let mut kept: Vec<String> = all.iter().take(head).map(shown).collect();
    kept.push(format!("… {surplus} lines …"));
    kept.extend(all.iter().skip(tail).map(shown));
    kept
}

/// The text, or its beginning and its end if it has more than `longest` characters.
pub(crate) fn shortened(text: &str, longest: usize) -> String {
    // A character takes at least one byte, so most texts need not be counted.
    if text.len() <= longest {
        return text.to_owned();
    }
    let count = text.chars().count();
    let surplus = count.saturating_sub(longest);
    if surplus == 0 {
        return text.to_owned();
    }
    let tail = KEPT_TAIL.min(longest.div_ceil(3));
    let head: String = text.chars().take(longest.saturating_sub(tail)).collect();
    let rest: String = text.chars().skip(count.saturating_sub(tail)).collect();
    format!("{head}… {surplus} characters …{rest}")
}

/// The words of a text in lines of `width` characters at most; a word that is longer has a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0_usize;
    for word in text.split_whitespace().map(spelled) {
        let wanted = word.chars().count();
        if length > 0 && length.saturating_add(wanted).saturating_add(1) > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length = length.saturating_add(1);
        }
        line.push_str(&word);
        length = length.saturating_add(wanted);
    }
    if length > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{lines, shortened, spelled, wrapped};

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(spelled(text), expected);
        }
        check("a\tb «я»", "a\tb «я»");
        check("a\r\nb\0", "a\\r\\nb\\u{0}");
        check("\u{1b}[2J\u{9b}1A\u{7f}", "\\u{1b}[2J\\u{9b}1A\\u{7f}");
        check("\u{202e}gpj\u{2066}", "\\u{202e}gpj\\u{2066}");
        check("\u{feff}\u{200b}\u{ffff}", "\\u{feff}\\u{200b}\\u{ffff}");
    }

    #[test]
    fn the_middle_of_many_lines_is_left_out() {
        #[track_caller]
        fn check(text: &str, most: usize, expected: &[&str]) {
            assert_eq!(lines(text, most), expected);
        }
        check("", 4, &[]);
        check("\n", 4, &[""]);
        check("a\r\nb\n", 4, &["a\\r", "b"]);
        check("1\n2\n3\n4", 4, &["1", "2", "3", "4"]);
        check(
            "1\n2\n3\n4\n5\n6\n7\n",
            4,
            &["1", "2", "… 3 lines …", "6", "7"],
        );
        check("1\n2\n3\n4\n5", 3, &["1", "2", "… 2 lines …", "5"]);
    }

    #[test]
    fn the_middle_of_a_long_line_is_left_out() {
        #[track_caller]
        fn check(text: &str, longest: usize, expected: &str) {
            assert_eq!(shortened(text, longest), expected);
        }
        check("яяяяяя", 6, "яяяяяя");
        check("abcdefghi", 6, "abcd… 3 characters …hi");
        let long = lines(&"x".repeat(5_000), 60);
        assert_eq!(long.len(), 1);
        assert!(long[0].contains("x… 4400 characters …x"));
    }

    #[test]
    fn words_stay_whole_when_lines_are_wrapped() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(wrapped(text, 10), expected);
        }
        check("", &[]);
        check("one two three", &["one two", "three"]);
        check("12345 7890 1", &["12345 7890", "1"]);
        check("a 123456789012 b", &["a", "123456789012", "b"]);
        check("a\u{1b}\n b", &["a\\u{1b} b"]);
    }
}

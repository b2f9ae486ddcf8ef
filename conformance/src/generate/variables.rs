//! Values for placeholders, and what a text becomes with them: VARS-01 and VARS-02 written down once more.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

/// What stands in the attribute, the plainest first.
const VALUES: &[&str] = &[
    "b", "", "John", " a car ", "%1%", "%2%", "%", "1", "&", "<b>", "]]>", "\"", "'", "+", "%41",
    "{", "€", "Иван", "😀", "a b", "\t",
];

/// What templates are put together from: placeholders, and what only looks like one.
const TEMPLATE: &[&str] = &[
    "%1%", "%2%", "%3%", "%10%", "a", " ", "%", "1", "%0%", "%01%", "%12345%", "%x%", "% 1%",
    "%9999%", "&", "я", "{",
];

/// The attribute: none, or values with `;` between them.
pub fn attribute() -> BoxedStrategy<Option<String>> {
    let values = vec(select(VALUES), 1..5);
    let long = (select(vec!["b", "я", "€", "😀"]), 1..200_usize)
        .prop_map(|(fill, times)| fill.repeat(times));
    let tail = select(vec!["", ";"]);
    prop_oneof![
        1 => Just(None),
        4 => (values.clone(), tail.clone()).prop_map(|(values, tail)| Some(format!("{}{tail}", values.join(";")))),
        2 => (long, values, tail).prop_map(|(long, values, tail)| Some(format!("{long};{}{tail}", values.join(";")))),
    ]
    .boxed()
}

/// A text with placeholders in it.
pub fn template() -> BoxedStrategy<String> {
    // A letter at each end, so that no blank stands there before or after substitution.
    vec(select(TEMPLATE), 0..8)
        .prop_map(|pieces| format!("a{}b", pieces.concat()))
        .boxed()
}

/// The text that a number with this attribute gets: one pass from the left (VARS-01, VARS-02).
pub fn personalised(template: &str, attribute: Option<&str>) -> String {
    let Some(attribute) = attribute else {
        return template.to_owned();
    };
    let values = values(attribute);
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, from)) = rest
        .find('%')
        .and_then(|place| rest.split_at_checked(place))
    {
        text.push_str(before);
        match placeholder(from) {
            Some((place, behind)) => {
                let value = place.checked_sub(1).and_then(|place| values.get(place));
                text.push_str(value.copied().unwrap_or_default());
                rest = behind;
            }
            None => {
                text.push('%');
                rest = from.strip_prefix('%').unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    text
}

/// The values of the attribute: trimmed, without one empty tail.
pub fn values(attribute: &str) -> Vec<&str> {
    let mut values: Vec<_> = attribute.split(';').map(str::trim).collect();
    if values.last().is_some_and(|last| last.is_empty()) {
        values.pop();
    }
    values
}

/// The numbers of the placeholders in a text, in order, each as often as it stands there.
pub fn placeholders(template: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, from)) = rest
        .find('%')
        .and_then(|place| rest.split_at_checked(place))
    {
        rest = match placeholder(from) {
            Some((place, behind)) => {
                found.push(place);
                behind
            }
            None => from.strip_prefix('%').unwrap_or_default(),
        };
    }
    found
}

/// The number in the placeholder that a text begins with, and what is behind it.
fn placeholder(text: &str) -> Option<(usize, &str)> {
    let inside = text.strip_prefix('%')?;
    let (digits, behind) = inside.split_once('%')?;
    let is_number = (1..=4).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0');
    let place = digits.parse().ok().filter(|_| is_number)?;
    Some((place, behind))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{personalised, placeholders};

    #[derive(Deserialize)]
    struct Row {
        template: String,
        variables: Option<String>,
        text: String,
    }

    #[test]
    fn placeholders_are_counted_as_they_are_substituted() {
        assert_eq!(placeholders("%2% a %1%%1% %0% 100% %10%"), [2, 1, 1, 10]);
        assert_eq!(placeholders("%1%2%"), [1]);
        assert!(placeholders("%").is_empty());
    }

    #[test]
    fn substitution_is_that_of_the_fixture() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/personalisation.yaml"
        );
        let rows: Vec<Row> = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(rows.len() > 50);
        for row in rows {
            let text = personalised(&row.template, row.variables.as_deref());
            assert_eq!(text, row.text, "{:?} {:?}", row.template, row.variables);
        }
    }
}

//! What serde says about a file, in the field's words instead of Rust's. Not for where it is.

/// What is wrong, and what to do if we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) reason: String,
    pub(super) help: Option<String>,
}

/// Puts serde_yaml's message into words. Near passwords (`secret`) no value is repeated that could be one; a name in
/// backticks is, if it `is_key` in the text.
pub(super) fn spoken(message: &str, secret: bool, is_key: impl Fn(&str) -> bool) -> Words {
    let message = without_places(message);
    if let Some(words) = mistyped(&message, secret) {
        return words;
    }
    let help = suggestion(&message);
    // What is like a known word is one misspelt, unless a line ran into it.
    let hides = |name: &str| {
        let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let ran_in = name.to_lowercase().contains("pass") && name.len() > "password:".len();
        !is_word || ran_in || (help.is_none() && !is_key(name))
    };
    let hides_name = secret && named(&message).is_some_and(hides);
    let reason = match named(&message) {
        Some(name) if hides_name => message.replacen(&format!("`{name}`"), "`…`", 1),
        _ => message,
    };
    let reason = reason
        .replacen("unknown field `", "unknown key `", 1)
        .replacen("unknown variant `", "unknown value `", 1);
    let reason = match reason.split_once("missing field `") {
        Some((path, key)) => format!("{path}the key `{key} is missing"),
        None => reason,
    };
    Words {
        reason: unquoted(&reason, secret),
        help,
    }
}

/// «path: invalid type: string "many", expected u32».
fn mistyped(message: &str, secret: bool) -> Option<Words> {
    let (path, rest) = ["invalid type: ", "invalid value: "]
        .into_iter()
        .filter_map(|kind| message.split_once(kind))
        .find(|(path, _)| !path.contains('"'))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let expected = match expected {
        "u32" if found.starts_with("integer") => "a whole number from 0 to 4294967295",
        "u32" => "a whole number",
        "a nonzero u32" => "a whole number from 1 on",
        "a boolean" => "true or false",
        "a string" => "a text",
        "a sequence" => "a list",
        "a map" => "a mapping of keys",
        // What serde_yaml says where an enum is wanted.
        other if other.contains("YAML tag") => "one word",
        other => other,
    };
    let help = (expected == "true or false").then(|| "write true or false".to_owned());
    let value = found
        .split_once(' ')
        .map(|(kind, value)| (kind, value.trim_start_matches("point ").trim_matches('`')));
    let found = match value {
        _ if found == "map" => "a mapping",
        _ if found == "sequence" => "a list",
        _ if found == "unit value" => "nothing",
        Some(("string", _)) if secret => "a text",
        _ if secret => "something else",
        Some(("string" | "integer" | "floating" | "boolean", value)) => value,
        _ => found,
    };
    let reason = format!("{path}expected {expected}, found {found}");
    Some(Words {
        reason: unquoted(&reason, false),
        help,
    })
}

/// The first name in backticks; the vendor of the message does not escape it, so it ends where the message goes on.
fn named(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('`')?;
    ["`, expected ", "`, there are ", "` is written "]
        .into_iter()
        .find_map(|end| rest.split_once(end))
        .map(|(name, _)| name)
}

/// serde_yaml says places within its message; ours are shown otherwise.
fn without_places(message: &str) -> String {
    match message.find(" at line ") {
        Some(at) => message.get(..at).unwrap_or(message).to_owned(),
        None => message.to_owned(),
    }
}

/// What was meant by an unknown word, if one of the known ones is like it.
fn suggestion(message: &str) -> Option<String> {
    if !(message.contains("unknown field") || message.contains("unknown variant")) {
        return None;
    }
    let found = named(message)?;
    let (_, known) = message.rsplit_once("`, expected ")?;
    let likeness = |word: &str| strsim::jaro_winkler(word, found);
    let nearest = known
        .split('`')
        .skip(1)
        .step_by(2)
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(nearest) > 0.7).then(|| format!("did you mean `{nearest}`?"))
}

/// Leaves out quoted values that may be more than one value: a line that lost its colon runs into the one before it,
/// password and all.
pub(super) fn unquoted(reason: &str, secret: bool) -> String {
    let mut told = String::with_capacity(reason.len());
    let mut rest = reason;
    while let Some((before, quoted)) = rest.split_once('"') {
        told.push_str(before);
        let mut escaped = false;
        let end = quoted.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let (value, after) = match end {
            Some(end) => (quoted.get(..end), quoted.get(end + 1..)),
            None => (Some(quoted), None),
        };
        let value = value.unwrap_or_default();
        let hides = value.to_lowercase().contains("pass")
            || secret && (value.contains(char::is_whitespace) || value.contains("\\n"));
        told.push('"');
        told.push_str(if hides { "…" } else { value });
        told.push('"');
        rest = after.unwrap_or_default();
    }
    told.push_str(rest);
    told
}

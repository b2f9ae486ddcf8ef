//! Judges whether login and password arrive (AUTH-02). What a password is, stands in no detail.

use super::notes::{Heard, Notes, quoted};

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "login-changed";
    let said = heard.said;
    if said.document().is_none() {
        return;
    }
    notes.look(RULE);
    let missing = if said.login_element.is_none() {
        Some("there is no <authentication>")
    } else if said.username.is_none() {
        Some("there is no <username> in the login")
    } else if said.password.is_none() {
        Some("there is no <password> in the login")
    } else {
        None
    };
    if let Some(missing) = missing {
        notes.found(RULE, heard.number(), missing, None);
        return;
    }
    let (Some(asked), Some(username), Some(password)) =
        (heard.asked, &said.username, &said.password)
    else {
        return;
    };
    if asked.credentials.username != username.text {
        notes.found(
            RULE,
            heard.number(),
            format!(
                "the login is {}, and {} was given",
                quoted(&username.text),
                quoted(&asked.credentials.username)
            ),
            Some(heard.element(username)),
        );
    }
    let given = asked.credentials.password.expose();
    if given != password.text {
        notes.found(
            RULE,
            heard.number(),
            difference(given, &password.text),
            None,
        );
    }
}

/// In what two passwords differ, without a letter of them.
fn difference(given: &str, said: &str) -> String {
    if given.trim() == said.trim() {
        return "the password arrives with other blanks at its ends than were given".to_owned();
    }
    if given.to_lowercase() == said.to_lowercase() {
        return "the password arrives in another case than was given".to_owned();
    }
    let (long, short) = (given.chars().count(), said.chars().count());
    if short > 0 && given.starts_with(said) {
        return format!(
            "the password arrives without its last {}",
            super::notes::count(long.saturating_sub(short), "character")
        );
    }
    if said.is_empty() {
        return "the password arrives empty".to_owned();
    }
    "the password that arrives is not the one that was given".to_owned()
}

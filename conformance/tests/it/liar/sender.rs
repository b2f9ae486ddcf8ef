//! Which senders are accepted (SEND-09, SEND-10).

use super::lies::{Lie, Tongue};

/// Whether this is a sender that messages can be sent from.
pub(crate) fn is_valid(sender: Option<&str>, tongue: Tongue) -> bool {
    let Some(sender) = sender else {
        return tongue.tells(Lie::MissingSenderAccepted);
    };
    let sender = if tongue.tells(Lie::SenderTrimmed) {
        sender.trim()
    } else {
        sender
    };
    if sender.is_empty() {
        return tongue.tells(Lie::EmptySenderAccepted);
    }
    if sender.chars().all(|sign| sign == ' ') && !tongue.tells(Lie::BlankSenderAccepted) {
        return false;
    }
    is_digits(sender, tongue) || is_name(sender, tongue)
}

fn is_digits(sender: &str, tongue: Tongue) -> bool {
    let most = if tongue.tells(Lie::LongDigitSenderAccepted) {
        15
    } else if tongue.tells(Lie::DigitSenderCutAt11) {
        11
    } else {
        14
    };
    sender.len() <= most && sender.bytes().all(|sign| sign.is_ascii_digit())
}

fn is_name(sender: &str, tongue: Tongue) -> bool {
    let most = if tongue.tells(Lie::LongNameSenderAccepted) {
        12
    } else if tongue.tells(Lie::NameSenderOf11Refused) {
        10
    } else {
        11
    };
    let has_sign = sender.contains(['.', '-', '_', ' ']);
    let is_mixed = sender.contains(|sign: char| sign.is_ascii_digit())
        && sender.contains(|sign: char| sign.is_ascii_alphabetic());
    sender.chars().count() <= most
        && sender.chars().all(|sign| may_stand(sign, tongue))
        && !(has_sign && tongue.tells(Lie::SignsInSenderRefused))
        && !(is_mixed && tongue.tells(Lie::DigitsInSenderRefused))
}

fn may_stand(sign: char, tongue: Tongue) -> bool {
    sign.is_ascii_alphanumeric()
        || matches!(sign, '.' | '-' | '_' | ' ')
        || (sign == '+' && tongue.tells(Lie::PlusInSenderAccepted))
        || (sign.is_alphabetic() && tongue.tells(Lie::ForeignSenderAccepted))
}

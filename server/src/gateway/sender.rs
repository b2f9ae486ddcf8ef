//! The rule for sender names (SEND-09). Not for whether an operator would let a name through.

/// Whether a sender may stand in «От кого»: up to 14 digits, or up to 11 Latin letters and digits.
///
/// DIFFERENCE: real senders also hold `.`, `-`, `_` and blanks, which the document does not name; they count
/// among the 11.
pub fn is_valid(sender: &str) -> bool {
    let length = sender.len();
    let all = |allowed: fn(u8) -> bool| sender.bytes().all(allowed);
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b' ');
    match length {
        0 => false,
        1..=11 => all(name) && !all(|byte| byte == b' '),
        12..=14 => all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

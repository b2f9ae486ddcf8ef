//! The dates of a delivery report: whether a text is one (STATUS-07).
//!
//! Nothing here compares dates or knows the time.

use jiff::civil::DateTime;

/// How they are written, for jiff.
const FORM: &str = "%Y-%m-%d %H:%M:%S";

/// The date of what has not happened yet (STATUS-04, STATUS-05).
pub const ZERO: &str = "0000-00-00 00:00:00";

/// Whether `text` is a right date of STATUS-07: `yyyy-mm-dd hh:mm:ss`, 24 hours, a day that is in the calendar. It is one
/// that comes out the same when it is read and written again. The zero date is none, nor is any of the year 0.
pub fn is_date(text: &str) -> bool {
    let date = text.parse::<DateTime>();
    date.is_ok_and(|date| date.year() > 0 && date.strftime(FORM).to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::{ZERO, is_date};

    #[test]
    fn a_date_is_in_the_calendar_and_has_nineteen_characters() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_date(text), expected, "{text:?}");
        }
        check("2026-01-02 03:04:05", true);
        check("2026-12-31 23:59:59", true);
        check("2024-02-29 00:00:00", true);
        check("2000-02-29 00:00:00", true);
        check(ZERO, false);
        check("2026-02-29 00:00:00", false);
        check("1900-02-29 00:00:00", false);
        check("2026-04-31 00:00:00", false);
        check("2026-13-01 00:00:00", false);
        check("2026-00-01 00:00:00", false);
        check("2026-01-00 00:00:00", false);
        check("0000-01-01 00:00:00", false);
        check("2026-01-02 24:00:00", false);
        check("2026-01-02 23:60:00", false);
        check("2026-01-02 23:00:60", false);
        check("2026-1-2 3:4:5", false);
        check("26-01-02 03:04:05", false);
        check("2026-01-02T03:04:05", false);
        check("2026-01-02  03:04:05", false);
        check("2026-01-02 03:04:05 ", false);
        check("2026-01-02 03:04", false);
        check("2026-01-02-03 04:05:06", false);
        check("2026-01-02 03:04:05:06", false);
        check("+026-01-02 03:04:05", false);
        check("", false);
    }
}

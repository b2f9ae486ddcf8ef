//! The dates of a delivery report: whether a text is one (STATUS-07).
//!
//! Nothing here compares dates or knows the time.

/// The date of what has not happened yet (STATUS-04, STATUS-05).
pub const ZERO: &str = "0000-00-00 00:00:00";

/// Whether `text` is a right date of STATUS-07: `yyyy-mm-dd hh:mm:ss`, 24 hours, a day that is in the calendar. The
/// zero date is none.
pub fn is_date(text: &str) -> bool {
    let Some((day, time)) = text.split_once(' ') else {
        return false;
    };
    is_day(day) && is_time(time)
}

fn is_day(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let numbers = numbers(text, ':', [2, 2, 2]);
    numbers.is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60)
}

/// Three numbers of exactly so many digits, with `mark` between them.
fn numbers(text: &str, mark: char, digits: [usize; 3]) -> Option<[u16; 3]> {
    let mut pieces = text.split(mark).zip(digits).map(|(piece, digits)| {
        let right = piece.len() == digits && piece.bytes().all(|byte| byte.is_ascii_digit());
        right.then(|| piece.parse().ok()).flatten()
    });
    let numbers = [pieces.next()??, pieces.next()??, pieces.next()??];
    (text.split(mark).count() == digits.len()).then_some(numbers)
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

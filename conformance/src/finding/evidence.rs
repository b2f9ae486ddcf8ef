//! The bytes that show a finding as a person can read them: a line of some sixty characters around each mark, with `^`
//! below what is wrong, everything visible, and the secrets gone.

use std::ops::Range;

use super::Evidence;
use super::secrets;
use crate::report::text::is_hidden;
use crate::run::redaction::Redaction;

/// How many characters stand before and after a mark.
const AROUND: usize = 30;

/// How many characters of a mark are shown.
const LONGEST_MARK: usize = 60;

/// How many lines are shown; marks that are further away are counted.
const MOST_LINES: usize = 3;

/// The evidence as lines, without a line end after the last: what it is of, with the offset of the first mark; and then,
/// for each mark or marks that are near to each other, a line of text and a line of `^`.
///
/// ```text
/// the body, byte 212
/// …<sender>SMSKA</sender>\n<text>Fish & Chips</text>\n</message>\n<numbe…
///                                     ^
/// ```
pub fn text(evidence: &Evidence, redaction: &Redaction) -> String {
    let cells = cells(&evidence.bytes, redaction);
    let marks: Vec<Range<usize>> = evidence
        .marks
        .iter()
        .map(|mark| place(&cells, mark))
        .collect();
    let Some(first) = evidence.marks.first() else {
        let (line, _) = window(&cells, 0..AROUND.saturating_mul(2).min(cells.len()), &[]);
        return format!("{}\n{line}", evidence.label);
    };
    let offset = evidence.offset.saturating_add(first.start);
    let mut lines = vec![format!("{}, byte {offset}", evidence.label)];
    let mut rest = marks.as_slice();
    let mut shown = 0_usize;
    while let Some(mark) = rest.first().filter(|_| shown < MOST_LINES) {
        let start = mark.start.saturating_sub(AROUND);
        let end = mark
            .end
            .min(mark.start.saturating_add(LONGEST_MARK))
            .saturating_add(AROUND)
            .min(cells.len());
        let together = rest.iter().take_while(|mark| mark.start < end.max(1));
        let together = together.count().max(1);
        let (near, others) = rest.split_at_checked(together).unwrap_or((rest, &[]));
        let (line, below) = window(&cells, start..end, near);
        lines.push(line);
        lines.push(below);
        rest = others;
        shown = shown.saturating_add(1);
    }
    if !rest.is_empty() {
        lines.push(format!("… and {} more", rest.len()));
    }
    lines.join("\n")
}

/// A character as it is shown, and the bytes that it stands for.
#[derive(Debug)]
struct Cell {
    bytes: Range<usize>,
    shown: String,
}

fn cells(bytes: &[u8], redaction: &Redaction) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut from = 0_usize;
    for (range, mask) in secrets::places(bytes, redaction) {
        visible(bytes, from..range.start, &mut cells);
        let original = bytes.get(range.clone()).unwrap_or_default();
        if original.len() == mask.len() {
            // Stars for digits, one for one: what is wrong in a number can still be pointed at.
            let hidden = cells.len();
            visible(&mask, 0..mask.len(), &mut cells);
            for cell in cells.iter_mut().skip(hidden) {
                let shifted = |place: usize| place.saturating_add(range.start);
                cell.bytes = shifted(cell.bytes.start)..shifted(cell.bytes.end);
            }
        } else {
            cells.push(Cell {
                bytes: range.clone(),
                shown: String::from_utf8_lossy(&mask).into_owned(),
            });
        }
        from = range.end;
    }
    visible(bytes, from..bytes.len(), &mut cells);
    cells
}

/// Bytes as characters that can be seen: control characters spelled out, what is no UTF-8 in hexadecimal.
fn visible(bytes: &[u8], range: Range<usize>, cells: &mut Vec<Cell>) {
    let mut place = range.start;
    for chunk in bytes.get(range).unwrap_or_default().utf8_chunks() {
        for character in chunk.valid().chars() {
            let end = place.saturating_add(character.len_utf8());
            let shown = match character {
                '\n' => "\\n".to_owned(),
                '\r' => "\\r".to_owned(),
                '\t' => "\\t".to_owned(),
                hidden if is_hidden(hidden) => hidden.escape_unicode().to_string(),
                visible => visible.to_string(),
            };
            cells.push(Cell {
                bytes: place..end,
                shown,
            });
            place = end;
        }
        for byte in chunk.invalid() {
            let end = place.saturating_add(1);
            cells.push(Cell {
                bytes: place..end,
                shown: format!("\\x{byte:02X}"),
            });
            place = end;
        }
    }
}

/// The cells of a mark. One that is empty is the cell at its place, or the end.
fn place(cells: &[Cell], mark: &Range<usize>) -> Range<usize> {
    let start = cells.partition_point(|cell| cell.bytes.end <= mark.start);
    let end = cells.partition_point(|cell| cell.bytes.start < mark.end);
    start..end.max(start.saturating_add(1))
}

/// A line of cells, and a line of `^` below those that are marked.
fn window(cells: &[Cell], range: Range<usize>, marks: &[Range<usize>]) -> (String, String) {
    let mut line = String::new();
    let mut below = String::new();
    if range.start > 0 {
        line.push('…');
        below.push(' ');
    }
    for (place, cell) in cells.iter().enumerate() {
        if range.contains(&place) {
            line.push_str(&cell.shown);
            let sign = if is_marked(marks, place) { "^" } else { " " };
            below.push_str(&sign.repeat(cell.shown.chars().count()));
        }
    }
    if range.end < cells.len() {
        line.push('…');
    } else if is_marked(marks, cells.len()) {
        below.push('^');
    }
    (line, below.trim_end().to_owned())
}

fn is_marked(marks: &[Range<usize>], place: usize) -> bool {
    marks.iter().any(|mark| mark.contains(&place))
}

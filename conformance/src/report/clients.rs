//! Several clients side by side: a column for each, a row for each rule that somebody breaks or was looked at for.

use std::fmt::Write as _;

use super::text::spelled;
use crate::finding::rule::{Severity, Side};
use crate::profile::{Profile, Stands};

/// What the cells mean.
pub const LEGEND: &str = "E3: an error in three cases. W: a warning. n: a note. k: known by the baseline. ✓: looked at, and fine. ·: not looked at.";

/// Profiles beside each other.
#[derive(Debug)]
pub struct Table<'p> {
    /// The columns.
    pub clients: Vec<Column<'p>>,
    /// The rows, those in which nobody was looked at left out.
    pub rows: Vec<Row>,
}

/// A client.
#[derive(Debug)]
pub struct Column<'p> {
    /// What it is called.
    pub name: String,
    /// What is known about it.
    pub profile: &'p Profile,
}

/// A rule.
#[derive(Debug)]
pub struct Row {
    /// Its id.
    pub rule: String,
    /// What is wrong where it is broken.
    pub title: String,
    /// How bad that is.
    pub severity: Severity,
    /// Where it shows.
    pub side: Side,
    /// How each client stands to it.
    pub cells: Vec<Stands>,
}

impl<'p> Table<'p> {
    /// The table of these clients, in this order. The rules are those that any of the profiles has: a profile that was
    /// written by another version of the kit may have others.
    pub fn of(clients: impl IntoIterator<Item = (String, &'p Profile)>) -> Self {
        let clients: Vec<Column<'p>> = clients
            .into_iter()
            .map(|(name, profile)| Column { name, profile })
            .collect();
        let mut rows: Vec<Row> = Vec::new();
        for standing in clients.iter().flat_map(|client| &client.profile.standings) {
            if rows.iter().any(|row| row.rule == standing.rule) {
                continue;
            }
            let cell = |client: &Column<'_>| {
                let mut standings = client.profile.standings.iter();
                let own = standings.find(|own| own.rule == standing.rule);
                own.map_or(Stands::Unseen, |own| own.stands)
            };
            rows.push(Row {
                rule: standing.rule.clone(),
                title: standing.title.clone(),
                severity: standing.severity,
                side: standing.side,
                cells: clients.iter().map(cell).collect(),
            });
        }
        rows.retain(|row| row.cells.iter().any(|cell| *cell != Stands::Unseen));
        Self { clients, rows }
    }

    /// Rows of numbers that belong below: what they count, and a number for each client.
    pub fn counts(&self) -> Vec<(&'static str, Vec<usize>)> {
        let count = |severity: Severity| {
            let broken = |place: usize| {
                let rows = self.rows.iter().filter(|row| row.severity == severity);
                rows.filter(|row| matches!(row.cells.get(place), Some(Stands::Broken(_))))
                    .count()
            };
            (0..self.clients.len()).map(broken).collect()
        };
        let of = |number: fn(&Profile) -> usize| {
            let clients = self.clients.iter();
            clients.map(|client| number(client.profile)).collect()
        };
        vec![
            ("errors", count(Severity::Error)),
            ("warnings", count(Severity::Warning)),
            ("notes", count(Severity::Note)),
            ("cases", of(|profile| profile.summary.ran)),
            ("passed", of(|profile| profile.summary.passed)),
        ]
    }

    /// The table as text: names of clients are numbers above the columns, told below.
    pub fn text(&self) -> String {
        let width = |row: &Row| row.rule.chars().count();
        let title = self.rows.iter().map(width).max().unwrap_or_default().max(8);
        let mut page = String::new();
        let line = |page: &mut String, name: &str, cells: Vec<String>| {
            let mut text = format!("{name:<title$}");
            for cell in cells {
                // Writing to a `String` cannot fail.
                _ = write!(text, " {cell:>3}");
            }
            page.push_str(text.trim_end());
            page.push('\n');
        };
        let numbers = (1..=self.clients.len()).map(|number| number.to_string());
        line(&mut page, "", numbers.collect());
        let mut last = None;
        for side in [Side::Request, Side::Reaction] {
            for row in self.rows.iter().filter(|row| row.side == side) {
                if last.is_some_and(|last| last != side) {
                    page.push('\n');
                }
                last = Some(side);
                let cells = row.cells.iter().map(|stands| cell(*stands, row.severity));
                line(&mut page, &spelled(&row.rule), cells.collect());
            }
        }
        page.push('\n');
        for (name, counts) in self.counts() {
            let cells = counts.iter().map(usize::to_string);
            line(&mut page, name, cells.collect());
        }
        page.push('\n');
        for (number, client) in (1_usize..).zip(&self.clients) {
            let language = client.profile.language;
            let language = language.map_or_else(String::new, |language| format!(" ({language})"));
            _ = writeln!(page, "{number:>3} {}{language}", spelled(&client.name));
        }
        _ = writeln!(page, "\n{LEGEND}");
        page
    }
}

/// What stands in a cell.
pub fn cell(stands: Stands, severity: Severity) -> String {
    let letter = match severity {
        Severity::Error => 'E',
        Severity::Warning => 'W',
        Severity::Note => 'n',
    };
    let counted = |letter: char, count: usize| match count {
        0 | 1 => letter.to_string(),
        count => format!("{letter}{count}"),
    };
    match stands {
        Stands::Holds => "✓".to_owned(),
        Stands::Broken(count) => counted(letter, count),
        Stands::Known(count) => counted('k', count),
        Stands::Unseen => "·".to_owned(),
    }
}

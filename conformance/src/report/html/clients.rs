//! Several clients side by side, as a page: a column for each, a row for each rule.

use maud::{Markup, html};

use super::super::clients::{Table, cell};
use super::super::text::spelled;
use super::document;
use crate::finding::rule::{Severity, Side};
use crate::profile::Stands;

/// The page.
pub fn page(table: &Table<'_>) -> String {
    let count = table.clients.len();
    let title = match count {
        1 => "1 client".to_owned(),
        count => format!("{count} clients side by side"),
    };
    let body = html! {
        header {
            p.kicker { "ePochta SMS XML gateway · clients" }
            h1 { (title) }
        }
        main {
            div.scroll {
                table.clients {
                    thead { (head(table)) }
                    tbody {
                        @for (side, about) in [
                            (Side::Request, "in what it sends"),
                            (Side::Reaction, "in what it makes of replies"),
                        ] {
                            tr.area { th scope="colgroup" colspan=(count.saturating_add(1)) { (about) } }
                            @for row in table.rows.iter().filter(|row| row.side == side) {
                                tr {
                                    th scope="row" title=(spelled(&row.title)) { code { (spelled(&row.rule)) } }
                                    @for stands in &row.cells { (field(*stands, row.severity)) }
                                }
                            }
                        }
                    }
                    tfoot { (foot(table)) }
                }
            }
            p { small { (super::super::clients::LEGEND) } }
        }
        footer { p { "made by epochta-conformance " (env!("CARGO_PKG_VERSION")) } }
    };
    document(&title, &body).into_string()
}

fn head(table: &Table<'_>) -> Markup {
    html! {
        tr {
            th scope="col" { "rule" }
            @for client in &table.clients {
                th scope="col" {
                    (spelled(&client.name))
                    @if let Some(language) = client.profile.language { br; small { (language) } }
                }
            }
        }
    }
}

fn foot(table: &Table<'_>) -> Markup {
    html! {
        @for (name, of) in table.counts() {
            tr {
                th scope="row" { (name) }
                @for count in of { td { (count) } }
            }
        }
    }
}

fn field(stands: Stands, severity: Severity) -> Markup {
    let text = cell(stands, severity);
    match stands {
        Stands::Broken(_) => html! { td.broken.(severity.to_string()) { (text) } },
        Stands::Known(_) => html! { td.known-one { (text) } },
        Stands::Holds => html! { td.holds { (text) } },
        Stands::Unseen => html! { td.unseen { (text) } },
    }
}

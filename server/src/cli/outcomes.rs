//! `outcomes`: the magic numbers, as a table for people or as JSON.

use std::process::ExitCode;

use serde_json::json;

use crate::gateway::magic;

pub(super) fn run(as_json: bool) -> ExitCode {
    let rows = magic::table();
    let text = if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|magic| {
                json!({
                    "prefix": format!("999{}", magic.digits),
                    "number": format!("999{}000001", magic.digits),
                    "name": magic.name,
                    "what": magic.what,
                })
            })
            .collect();
        format!("{:#}\n", json!(rows))
    } else {
        let line = |magic: &magic::Magic| {
            format!(
                "999{}000001  {:26} {}\n",
                magic.digits, magic.name, magic.what
            )
        };
        let head = "Numbers that say themselves what becomes of them; the last digits are yours. Any other number\n\
                    is SENT after 1 s and DELIVERED after 3 s. A script that fits comes before these.\n\n";
        std::iter::once(head.to_owned())
            .chain(rows.iter().map(line))
            .collect()
    };
    super::say(&text);
    ExitCode::SUCCESS
}

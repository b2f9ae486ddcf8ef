//! Replies as they come, and the text that they become.

use std::collections::BTreeMap;

use super::{Step, normalise};
use crate::xml::read::read;

/// Each reply is well-formed XML, or `!` and why there is none; titles are `1 step`, `2 step`, …
#[track_caller]
fn check(replies: &[&str], expected: &str) {
    let ids = [("k7-a", "id.a"), ("k7-b", "id.b"), ("42", "id.n")];
    let ids: BTreeMap<_, _> = ids
        .map(|(value, name)| (value.to_owned(), name.to_owned()))
        .into();
    let roots: Vec<_> = replies
        .iter()
        .map(|reply| match reply.strip_prefix('!') {
            Some(reason) => Err(reason),
            None => Ok(read(reply.as_bytes()).unwrap().root),
        })
        .collect();
    let titles: Vec<_> = (1..=roots.len())
        .map(|number| format!("{number} step"))
        .collect();
    let steps: Vec<_> = titles
        .iter()
        .zip(&roots)
        .map(|(title, root)| Step {
            title,
            reply: root.as_ref().map_err(|reason| *reason),
        })
        .collect();
    assert_eq!(normalise(&steps, &ids), expected);
}

#[track_caller]
fn check_inside(reply: &str, expected: &str) {
    check(
        &[&format!("<r><status>0</status>{reply}</r>")],
        &format!("# 1 step\n<r>\n<status>0</status>\n{expected}\n</r>\n"),
    );
}

#[track_caller]
fn check_row(attributes: &str, expected: &str) {
    check(
        &[&format!(
            "<deliveryreport><message {attributes}/></deliveryreport>"
        )],
        &format!("# 1 step\n<deliveryreport>\n<message {expected} />\n</deliveryreport>\n"),
    );
}

#[test]
fn a_scenario_is_its_steps_in_the_layout_of_the_vendor() {
    check(
        &[
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n<status>0</status>\n<credits>99.5</credits>\n\
             </RESPONSE>\n",
            "<RESPONSE><status>1</status><credits>1</credits><amount>0.41</amount><currency>UAH</currency></RESPONSE>",
            "<RESPONSE>\r\n  <status>0</status>\r\n  <credits>98.5</credits>\r\n</RESPONSE>",
            "<deliveryreport><message id='k7-a' sentdate='2026-01-02 03:04:05' donedate='0000-00-00 00:00:00' \
             status='SENT'/></deliveryreport>",
            "<deliveryreport/>",
        ],
        "# 1 step\n<RESPONSE>\n<status>0</status>\n<credits><<credits:1>></credits>\n</RESPONSE>\n\
         # 2 step\n<RESPONSE>\n<status>1</status>\n<credits><<credits:2>></credits>\n\
         <amount><<amount:1>></amount>\n<currency><<currency>></currency>\n</RESPONSE>\n\
         # 3 step\n<RESPONSE>\n<status>0</status>\n<credits><<credits:3>></credits>\n</RESPONSE>\n\
         # 4 step\n<deliveryreport>\n\
         <message id=\"<<id.a>>\" sentdate=\"<<date:1>>\" donedate=\"0000-00-00 00:00:00\" status=\"SENT\" />\n\
         </deliveryreport>\n\
         # 5 step\n<deliveryreport></deliveryreport>\n",
    );
    check(&[], "");
}

#[test]
fn equal_numbers_have_one_name_in_the_whole_text() {
    check(
        &[
            "<r><credits>1</credits><credits>2.50</credits></r>",
            "<r><credits>1.0</credits><price>1</price><credits>2.5</credits><credits>01</credits></r>",
        ],
        "# 1 step\n<r>\n<credits><<credits:1>></credits>\n<credits><<credits:2>></credits>\n</r>\n\
         # 2 step\n<r>\n<credits><<credits:1>></credits>\n<price><<price:1>></price>\n\
         <credits><<credits:2>></credits>\n<credits><<credits:1>></credits>\n</r>\n",
    );
}

#[test]
fn nothing_is_nothing_in_every_run() {
    check_inside("<credits>0</credits>", "<credits>0</credits>");
    check_inside("<price>0.00</price>", "<price>0</price>");
    check_inside("<amount>-0</amount>", "<amount>0</amount>");
    check_inside(
        "<credits>-0.5</credits>",
        "<credits><<credits:1>></credits>",
    );
}

#[test]
fn a_wrong_number_stays_as_it_is() {
    for text in [
        "1,5", "abc", " 1", "1.", ".5", "+1", "1e3", "--1", "-", "1.2.3",
    ] {
        let element = format!("<credits>{text}</credits>");
        check_inside(&element, &element);
    }
    check_inside("<credits/>", "<credits></credits>");
    check_inside(
        "<credits><x>1</x></credits>",
        "<credits>\n<x>1</x>\n</credits>",
    );
}

#[test]
fn money_and_free_messages_have_names() {
    check_inside(
        "<currency>UAH</currency>",
        "<currency><<currency>></currency>",
    );
    check_inside("<currency></currency>", "<currency></currency>");
    check_inside(
        "<trialsms>3</trialsms>",
        "<trialsms><<trialsms>></trialsms>",
    );
    check_inside("<trialsms>-3</trialsms>", "<trialsms>-3</trialsms>");
}

#[test]
fn statuses_stay() {
    check_inside("<status>-3</status>", "<status>-3</status>");
    // Even where an id happens to be the same.
    check_inside("<status>42</status>", "<status>42</status>");
    check_row("status='42'", "status=\"42\"");
}

#[test]
fn ids_have_names_where_an_id_can_stand() {
    check_inside("<id>k7-b</id>", "<id><<id.b>></id>");
    check_inside("<x id='k7-a'>k7-a</x>", "<x id=\"<<id.a>>\"><<id.a>></x>");
    check_inside("<id>k7</id>", "<id>k7</id>");
    check_inside("<x>about k7-a</x>", "<x>about k7-a</x>");
    check_inside("<x y='k7-a'/>", "<x y=\"k7-a\" />");
    check_inside("<credits>42</credits>", "<credits><<credits:1>></credits>");
}

#[test]
fn rows_have_one_order_and_dates_a_name() {
    check_row(
        "status='DELIVERED' x='1' donedate='2026-01-02 03:04:08' id='k7-a' sentdate='2026-01-02 03:04:06'",
        "id=\"<<id.a>>\" sentdate=\"<<date:1>>\" donedate=\"<<date:2>>\" status=\"DELIVERED\" x=\"1\"",
    );
    check_row(
        "id='unknown' sentdate='2026-01-02 03:04:06' donedate='2026-01-02 03:04:06' status='DELIVERED'",
        "id=\"unknown\" sentdate=\"<<date:1>>\" donedate=\"<<date:1>>\" status=\"DELIVERED\"",
    );
    // One that is no row stays in its order, and what is no date as it is.
    check_row(
        "status='SENT' sentdate='2026-02-30 00:00:00' id='k7-a'",
        "status=\"SENT\" sentdate=\"2026-02-30 00:00:00\" id=\"<<id.a>>\"",
    );
    check_row("when='2026-01-02 03:04:06'", "when=\"2026-01-02 03:04:06\"");
}

#[test]
fn what_is_not_known_stays_and_cannot_pass_for_a_name() {
    check_inside("<new><a b='1'/></new>", "<new>\n<a b=\"1\" />\n</new>");
    check_inside(
        "<x y='&lt;&lt;id.a&gt;&gt;'>&lt;&lt;id.a&gt;&gt;</x>",
        "<x y=\"&lt;&lt;id.a&gt;&gt;\">&lt;&lt;id.a&gt;&gt;</x>",
    );
    check_inside(
        "<x y='&#10;&#9;&quot;'>&amp;\n# 2 step</x>",
        "<x y=\"&#10;&#9;&quot;\">&amp;&#10;# 2 step</x>",
    );
    check_inside(
        "k7-a<!-- c --><x/>y",
        "k7-a\n<x></x>\ny".replace("k7-a", "<<id.a>>").as_str(),
    );
}

#[test]
fn no_reply_says_why() {
    check(
        &["!closed without a reply", "!line 1\nline 2\u{1b}[0m"],
        "# 1 step\n! closed without a reply\n# 2 step\n! line 1\\nline 2\\u{1b}[0m\n",
    );
}

#[test]
fn an_id_has_its_name_in_the_middle_of_that_of_a_row() {
    check_row(
        "id='x&lt;k7-a&gt;k7-bk7-' status='SENT'",
        "id=\"x&lt;<<id.a>>&gt;<<id.b>>k7-\" status=\"SENT\"",
    );
}

//! The layout of a reply, byte for byte (REPLY-02, REPLY-08): what clients that grep by line rely on.
//!
//! What the reply says is not judged here: the same content is laid out as it should be, and compared.

use crate::xml::read::Document;
use crate::xml::tree::Element;

/// The declaration with which every reply begins.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// The reply as it should stand; references such as `&amp;` are the characters that they stand for.
pub fn expected(document: &Document) -> String {
    let root = &document.root;
    let mut lines = vec![DECLARATION.to_owned()];
    let inside: Vec<String> = root.elements().map(line).collect();
    if inside.is_empty() {
        lines.push(format!("<{0}></{0}>", root.name));
    } else {
        lines.push(format!("<{}>", root.name));
        lines.extend(inside);
        lines.push(format!("</{}>", root.name));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The reply as it stands, with references resolved, and a byte order mark spelled out.
pub fn actual(document: &Document) -> String {
    let mark = if document.byte_order_mark {
        "\u{FEFF}"
    } else {
        ""
    };
    let mut text = format!("{mark}{}", document.text);
    // In this order: `&amp;lt;` is `&lt;`, not `<`.
    for (reference, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&amp;", "&"),
        ("&#38;", "&"),
    ] {
        text = text.replace(reference, character);
    }
    text
}

/// One element on its line: a row with its attributes and a blank before `/>`, or an element with its text.
fn line(element: &Element) -> String {
    if element.name == "message" && !element.attributes.is_empty() {
        let order = |name: &str| {
            ["id", "sentdate", "donedate", "status"]
                .iter()
                .position(|known| *known == name)
                .unwrap_or(usize::MAX)
        };
        let mut attributes: Vec<_> = element.attributes.iter().collect();
        attributes.sort_by_key(|attribute| order(&attribute.name));
        let attributes: Vec<_> = attributes
            .iter()
            .map(|attribute| format!("{}=\"{}\"", attribute.name, attribute.value))
            .collect();
        return format!("<message {} />", attributes.join(" "));
    }
    format!("<{0}>{1}</{0}>", element.name, element.text())
}

#[cfg(test)]
mod tests {
    use super::{actual, expected};
    use crate::xml::read::read;

    #[track_caller]
    fn holds(reply: &str) -> bool {
        let document = read(reply.as_bytes()).unwrap();
        actual(&document) == expected(&document)
    }

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    #[track_caller]
    fn right(body: &str) {
        assert!(holds(&format!("{HEAD}{body}")), "{body}");
    }

    #[track_caller]
    fn wrong(body: &str) {
        assert!(!holds(&format!("{HEAD}{body}")), "{body}");
    }

    #[test]
    fn the_layout_of_the_gateway_holds() {
        right("<RESPONSE>\n<status>1</status>\n<credits>0.682</credits>\n</RESPONSE>\n");
        right("<RESPONSE>\n<message>no row: it has no attributes</message>\n</RESPONSE>\n");
        right("<deliveryreport></deliveryreport>\n");
        right(
            "<deliveryreport>\n<message id=\"a&quot;&amp;&lt;b\" sentdate=\"x\" donedate=\"y\" status=\"0\" />\n</deliveryreport>\n",
        );
    }

    #[test]
    fn every_other_layout_does_not() {
        wrong("<RESPONSE><status>1</status></RESPONSE>\n");
        wrong("<RESPONSE>\n<status>1</status>\n</RESPONSE>");
        wrong("<RESPONSE>\n <status>1</status>\n</RESPONSE>\n");
        wrong("<RESPONSE>\r\n<status>1</status>\r\n</RESPONSE>\r\n");
        wrong("<RESPONSE>\n<status >1</status>\n</RESPONSE>\n");
        wrong("\n<RESPONSE>\n<status>1</status>\n</RESPONSE>\n");
        wrong("<deliveryreport/>\n");
        wrong("<deliveryreport>\n</deliveryreport>\n");
        let row = |row| format!("<deliveryreport>\n{row}\n</deliveryreport>\n");
        wrong(&row(
            "<message id=\"a\" sentdate=\"x\" donedate=\"y\" status=\"0\"/>",
        ));
        wrong(&row(
            "<message id='a' sentdate='x' donedate='y' status='0' />",
        ));
        wrong(&row(
            "<message id=\"a\" donedate=\"y\" sentdate=\"x\" status=\"0\" />",
        ));
        wrong(&row(
            "<message id=\"a\" sentdate=\"x\" donedate=\"y\" status=\"0\"></message>",
        ));
    }

    #[test]
    fn the_declaration_is_the_one_and_nothing_comes_before_it() {
        let body = "<RESPONSE>\n<status>1</status>\n</RESPONSE>\n";
        assert!(!holds(body));
        assert!(!holds(&format!("\u{FEFF}{HEAD}{body}")));
        assert!(!holds(&format!("{}{body}", HEAD.replace('"', "'"))));
        assert!(!holds(&format!("{}{body}", HEAD.replace("UTF-8", "utf-8"))));
    }
}

//! A target file: whatever it says, it is one or it is told what is wrong and where, and no password is shown.

use epochta_conformance::target::{Target, TargetError};

use super::{is_placed, source};

/// A password that stands nowhere else.
const SECRET: &str = "S3cr3t-W0rd";

/// The text of the file.
pub(super) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let environment = |name: &str| (name == "PASSWORD").then(|| SECRET.to_owned());
    match Target::read(&source(text), &environment) {
        Ok(target) => {
            assert!(!format!("{target:?}").contains(SECRET) || text.contains(SECRET));
            target.tariff("380 50 123-45-67");
            // How lines end does not matter.
            if !text.contains('\r') {
                let other = Target::read(&source(&text.replace('\n', "\r\n")), &environment);
                assert_eq!(format!("{:?}", other.unwrap()), format!("{target:?}"));
            }
        }
        Err(error) => {
            let told = error.to_string();
            let TargetError::Source(wrong) = error;
            is_placed(&wrong, text);
            let secret = ["password: ", SECRET, "\n"].concat();
            let is_secret = text.contains(&secret) && text.matches(SECRET).count() == 1;
            assert!(
                !(is_secret && told.contains(SECRET)),
                "it shows the password: {told}"
            );
        }
    }
}

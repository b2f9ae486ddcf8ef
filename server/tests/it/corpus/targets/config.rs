//! The configuration file: a right one opens a gateway, a wrong one is told with a place that it has.

use epochta_mock::config::{Config, ConfigError};
use epochta_mock::world::World;

use super::SECRET;

/// The bytes of the file.
pub(super) fn holds(bytes: &[u8]) {
    let read = Config::from_bytes(bytes, "mock.yaml");
    let Ok(text) = str::from_utf8(bytes) else {
        assert!(matches!(read, Err(ConfigError::NotUtf8 { .. })));
        return;
    };
    match read {
        Ok(config) => {
            config.notes();
            let start = config.clock.unwrap_or_default();
            assert_eq!(
                World::open(&config, start).usernames().len(),
                config.accounts.len()
            );
            // How lines end does not matter.
            if !text.contains('\r') {
                let other = Config::parse(&text.replace('\n', "\r\n"), "mock.yaml");
                let other = other.unwrap_or_else(|error| panic!("with CR LF: {error}"));
                assert_eq!(format!("{config:?}"), format!("{other:?}"));
            }
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.contains("mock.yaml"), "{told}");
            if let ConfigError::Wrong(report) = &error
                && let Some((line, column)) = report.place
            {
                let text = text.trim_start_matches('\u{feff}');
                let found = text.split('\n').nth(line.saturating_sub(1));
                let length = found.expect("a line of the file").chars().count();
                assert!(
                    (1..=length + 1).contains(&column),
                    "{line}:{column}: {told}"
                );
            }
            let line = ["password: ", SECRET, "\n"].concat();
            let is_secret = text.contains(&line) && text.matches(SECRET).count() == 1;
            assert!(
                !(is_secret && told.contains(SECRET)),
                "it shows the password: {told}"
            );
        }
    }
}

//! Which paths there are (FORM-01, FORM-02). Not for methods: the gateway's script answers all of them.

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// The gateway's script.
    Gateway {
        /// Whether by the path that the document names.
        documented: bool,
    },
    /// The front page.
    Front,
    /// Nothing is there.
    Nowhere,
}

impl Route {
    /// The route of a path.
    pub(super) fn of(path: &str) -> Self {
        match path {
            "/" => return Self::Front,
            "/members/sms/xml.php" => return Self::Gateway { documented: true },
            _ => {}
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        match path.strip_suffix(".php").unwrap_or(path) {
            "/members/sms/xml" | "/sms/xml" => Self::Gateway { documented: false },
            _ => Self::Nowhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_several_paths() {
        assert_eq!(
            Route::of("/members/sms/xml.php"),
            Route::Gateway { documented: true }
        );
        for path in [
            "/sms/xml.php",
            "/members/sms/xml",
            "/sms/xml",
            "/members/sms/xml.php/",
            "/sms/xml/",
        ] {
            assert_eq!(
                Route::of(path),
                Route::Gateway { documented: false },
                "{path}"
            );
        }
        for path in [
            "",
            "/x",
            "/sms",
            "/members/sms/XML.php",
            "/members/sms/xml.php/x",
            "/sms/xml.php.php",
        ] {
            assert_eq!(Route::of(path), Route::Nowhere, "{path}");
        }
        assert_eq!(Route::of("/"), Route::Front);
    }
}

//! Which paths there are (FORM-01, FORM-02). Not for methods: the gateway's script answers all of them.

/// Where a request goes: the space, and what in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The space's name; empty for the one without a prefix.
    pub(super) space: &'a str,
    /// What in it.
    pub(super) route: Route<'a>,
}

impl<'a> Place<'a> {
    /// The place of a path: `/s/<space>/…` is in a space of that name.
    pub(super) fn of(path: &'a str) -> Self {
        // A base URL that ends in a slash, and a path that begins with one.
        let extra = path
            .bytes()
            .take_while(|byte| *byte == b'/')
            .count()
            .saturating_sub(1);
        let path = path.get(extra..).unwrap_or(path);
        let named = path
            .strip_prefix("/s/")
            .and_then(|rest| rest.split_at_checked(rest.find('/')?));
        match named {
            Some((space, path)) if !space.is_empty() => Self {
                space,
                route: Route::of(path),
            },
            _ => match path.strip_prefix("/s/") {
                Some(space) if !space.is_empty() && !space.contains('/') => Self {
                    space,
                    route: Route::Slashless,
                },
                _ => Self {
                    space: "",
                    route: Route::of(path),
                },
            },
        }
    }
}

/// What a request goes to, within a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// The gateway's script.
    Gateway {
        /// Whether by the path that the document names.
        documented: bool,
    },
    /// The control API, at this path under `/_mock/`.
    Control(&'a str),
    /// The page.
    Front,
    /// The address of a space, without the slash that makes the page's own addresses right.
    Slashless,
    /// A file of the page.
    Asset(&'a str),
    /// Where the page was expected, a step too deep.
    Below,
    /// What browsers ask for by themselves.
    Icon,
    /// Nothing is there.
    Nowhere,
}

impl<'a> Route<'a> {
    /// The route of a path.
    fn of(path: &'a str) -> Self {
        match path {
            "/" => return Self::Front,
            "/_mock/" => return Self::Below,
            "/favicon.ico" => return Self::Icon,
            "/members/sms/xml.php" => return Self::Gateway { documented: true },
            _ => {}
        }
        if let Some(file) = path.strip_prefix("/_mock/page/") {
            return Self::Asset(file);
        }
        if let Some(path) = path.strip_prefix("/_mock/") {
            return Self::Control(path);
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
        assert_eq!(Route::of("/_mock/ready"), Route::Control("ready"));
        let place = Place::of("/s/ci-7/members/sms/xml.php");
        assert_eq!(
            place,
            Place {
                space: "ci-7",
                route: Route::Gateway { documented: true }
            }
        );
        assert_eq!(
            Place::of("//sms/xml.php").route,
            Route::Gateway { documented: false }
        );
        assert_eq!(Place::of("/s//sms/xml").space, "");
        for (path, space, route) in [
            ("/s/ci-7/", "ci-7", Route::Front),
            ("/s/ci-7", "ci-7", Route::Slashless),
            ("/s/", "", Route::Nowhere),
            ("/s/ci-7/_mock/", "ci-7", Route::Below),
            ("/_mock/page/app.js", "", Route::Asset("app.js")),
            ("/s/ci-7/_mock/page/app.js", "ci-7", Route::Asset("app.js")),
            ("/_mock/page.json", "", Route::Control("page.json")),
            ("/favicon.ico", "", Route::Icon),
        ] {
            assert_eq!(Place::of(path), Place { space, route }, "{path}");
        }
    }
}

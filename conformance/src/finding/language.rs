//! Which language a client is written in: for how to mend what is found.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language in which clients of this gateway are written.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    JsonSchema,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum Language {
    /// PHP.
    Php,
    /// Python.
    Python,
    /// JavaScript on Node.
    Node,
    /// C#.
    CSharp,
    /// Java.
    Java,
    /// Perl.
    Perl,
    /// Go.
    Go,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
    /// curl, from a shell.
    Curl,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Php => "PHP",
            Self::Python => "Python",
            Self::Node => "Node",
            Self::CSharp => "C#",
            Self::Java => "Java",
            Self::Perl => "Perl",
            Self::Go => "Go",
            Self::Ruby => "Ruby",
            Self::Rust => "Rust",
            Self::Curl => "curl",
        })
    }
}

impl Language {
    /// The language of a command, by the name of its program or of a script in it.
    pub fn of_command(command: &[String]) -> Option<Self> {
        let program = command.first().and_then(|word| Self::of_program(word));
        program.or_else(|| command.iter().find_map(|word| Self::of_file(word)))
    }

    /// The language of a client that calls itself so (`User-Agent`).
    pub fn of_user_agent(agent: &str) -> Option<Self> {
        const AGENTS: &[(&str, Language)] = &[
            ("guzzlehttp", Language::Php),
            ("symfony", Language::Php),
            ("php", Language::Php),
            ("python", Language::Python),
            ("aiohttp", Language::Python),
            ("axios", Language::Node),
            ("node", Language::Node),
            ("undici", Language::Node),
            ("got ", Language::Node),
            (".net", Language::CSharp),
            ("restsharp", Language::CSharp),
            ("java", Language::Java),
            ("okhttp", Language::Java),
            ("apache-httpclient", Language::Java),
            ("libwww-perl", Language::Perl),
            ("lwp", Language::Perl),
            ("mojolicious", Language::Perl),
            ("go-http-client", Language::Go),
            ("ruby", Language::Ruby),
            ("faraday", Language::Ruby),
            ("reqwest", Language::Rust),
            ("hyper/", Language::Rust),
            ("curl", Language::Curl),
        ];
        let agent = agent.to_ascii_lowercase();
        AGENTS
            .iter()
            .find(|(name, _)| agent.contains(name))
            .map(|(_, language)| *language)
    }

    fn of_program(word: &str) -> Option<Self> {
        let file = file_name(word);
        let file = file.strip_suffix(".exe").unwrap_or(&file);
        // python3.11 and php8.2 are python and php.
        match file.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "php" => Some(Self::Php),
            "python" | "pypy" | "uv" => Some(Self::Python),
            "node" | "nodejs" | "deno" | "bun" | "npx" | "tsx" => Some(Self::Node),
            "dotnet" | "mono" => Some(Self::CSharp),
            "java" => Some(Self::Java),
            "perl" => Some(Self::Perl),
            "go" => Some(Self::Go),
            "ruby" => Some(Self::Ruby),
            "cargo" => Some(Self::Rust),
            "curl" => Some(Self::Curl),
            _ => None,
        }
    }

    fn of_file(word: &str) -> Option<Self> {
        let file = file_name(word);
        let (_, extension) = file.rsplit_once('.')?;
        match extension {
            "php" => Some(Self::Php),
            "py" => Some(Self::Python),
            "js" | "mjs" | "cjs" | "ts" => Some(Self::Node),
            "cs" | "csx" => Some(Self::CSharp),
            "jar" | "java" => Some(Self::Java),
            "pl" => Some(Self::Perl),
            "go" => Some(Self::Go),
            "rb" => Some(Self::Ruby),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }
}

/// The last part of a path, in lower case.
fn file_name(word: &str) -> String {
    let file = word.rsplit(['/', '\\']).next().unwrap_or(word);
    file.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_command_tells_its_language() {
        #[track_caller]
        fn check(command: &str, expected: Option<Language>) {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            assert_eq!(Language::of_command(&words), expected, "{command}");
        }
        check("php send.php", Some(Language::Php));
        check("/usr/bin/php8.2 -q send", Some(Language::Php));
        check("python3 adapter.py", Some(Language::Python));
        check("python3.11 -m adapter", Some(Language::Python));
        check("./send.py --to {to}", Some(Language::Python));
        check("node x", Some(Language::Node));
        check("mono Send.exe", Some(Language::CSharp));
        check("dotnet run", Some(Language::CSharp));
        check("java -jar client.jar", Some(Language::Java));
        check("perl -w x", Some(Language::Perl));
        check("go run .", Some(Language::Go));
        check("ruby send.rb", Some(Language::Ruby));
        check("cargo run", Some(Language::Rust));
        check("curl.exe {url}", Some(Language::Curl));
        check("bash send.sh", None);
        check("./send --url {url} --text php", None);
        check("./send", None);
    }

    #[test]
    fn a_user_agent_tells_its_language() {
        #[track_caller]
        fn check(agent: &str, expected: Option<Language>) {
            assert_eq!(Language::of_user_agent(agent), expected, "{agent}");
        }
        check("python-requests/2.31.0", Some(Language::Python));
        check("Java/1.8.0_191", Some(Language::Java));
        check("libwww-perl/6.67", Some(Language::Perl));
        check("Go-http-client/1.1", Some(Language::Go));
        check("GuzzleHttp/7", Some(Language::Php));
        check("curl/8.5.0", Some(Language::Curl));
        check("Mozilla/5.0", None);
    }
}

//! What happened at the sockets, counted since the start; nothing sets it back. Not for what the gateway answered,
//! which the journal knows.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counts {
    ($($variant:ident $name:literal $help:literal)*) => {
        /// Something that is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Count {
            $(#[doc = $help] $variant),*
        }

        impl Count {
            /// All of them, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in the metrics, without the prefix of all of them and with its label, if it has one.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            /// What it means, in a line.
            pub const fn help(self) -> &'static str {
                match self {
                    $(Self::$variant => $help),*
                }
            }
        }

        /// All counters.
        #[derive(Debug)]
        pub struct Counters([AtomicU64; [$($name),*].len()]);

        impl Default for Counters {
            fn default() -> Self {
                Self([const { AtomicU64::new(0) }; [$($name),*].len()])
            }
        }
    };
}

counts! {
    Connections "connections_total" "Connections accepted."
    Refused "connections_refused_total" "Connections answered 503: limits.max_connections were open, and all at work."
    LetGo "connections_let_go_total" "Connections closed to make room: they kept the server waiting longest for a request."
    Idle "connections_idle_total" "Connections closed without a word: nothing came within limits.head_timeout."
    NoDescriptor "descriptors_exhausted_total" "Times that the process had no file descriptor left for a connection."
    AcceptFailed "accept_failed_total" "Times that a connection could not be accepted for another reason."
    Requests "http_requests_total" "Requests whose head was read whole."
    HeadSlow "heads_slow_total" "Heads answered 408: begun, and not whole within limits.head_timeout."
    HeadLarge "heads_large_total" "Heads answered 431: beyond limits.max_head, or of more than 100 headers."
    HeadMalformed "heads_malformed_total" "Heads answered 400: no HTTP/1.0 or HTTP/1.1, or cut off."
    HeadAmbiguous "heads_ambiguous_total" "Heads answered 400: they could be read in two ways, which is how requests are smuggled."
    OtherProtocol "other_protocols_total" "Connections that spoke TLS or HTTP/2."
    BodySlow "bodies_slow_total" "Bodies answered 408: not whole within limits.body_timeout."
    BodyLarge "bodies_large_total" "Bodies answered 413: beyond limits.max_body."
    BodyBroken "bodies_broken_total" "Bodies answered 400: cut off, or their chunks are none."
    BodyCrowded "bodies_crowded_total" "Bodies answered 503: all large ones together were beyond limits.max_under_way."
    ReplySlow "replies_slow_total" "Replies cut off: not taken within limits.write_timeout."
    ReplyCrowded "replies_crowded_total" "Replies withheld and answered 503: all large ones together were beyond limits.max_under_way."
    DeniedToken "control_denied_total{reason=\"token\"}" "Calls of the control API turned away, by what was wrong with them."
    DeniedOrigin "control_denied_total{reason=\"origin\"}" "Calls of the control API turned away, by what was wrong with them."
    DeniedHost "control_denied_total{reason=\"host\"}" "Calls of the control API turned away, by what was wrong with them."
    DeniedReadOnly "control_denied_total{reason=\"read-only\"}" "Calls of the control API turned away, by what was wrong with them."
    StreamRefused "event_streams_refused_total" "Streams of events answered 503: 64 were open."
    PageRefused "gateway_pages_refused_total" "Requests of the XML interface answered 403: a web page of another origin made a browser send them."
    Panic "panics_total" "Connections that ended in a panic, which is a bug of the mock."
}

impl Counters {
    /// Counts one.
    pub fn add(&self, count: Count) {
        if let Some(counter) = self.0.get(count as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often that was.
    pub fn of(&self, count: Count) -> u64 {
        self.0
            .get(count as usize)
            .map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

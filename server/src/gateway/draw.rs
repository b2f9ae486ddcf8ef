//! Draws: chance that is the request's own, as it comes from a seed and from what is asked, never from what others
//! did before. All of it in integers, so that every machine draws the same.

use std::time::Duration;

use super::decimal::Decimal;

/// FNV-1a over the words with their ends, finished by splitmix64. Never changed: seeds must keep their meaning.
pub(super) fn hash(seed: u64, words: &[&str]) -> u64 {
    let mut hash = seed ^ 0xCBF2_9CE4_8422_2325;
    for word in words {
        for byte in word.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
    let mut mixed = hash.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

/// A document, as far as draws must tell it from others.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(u64);

impl Digest {
    /// Of its bytes: FNV-1a.
    pub fn of(bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        Self(bytes.iter().fold(0xCBF2_9CE4_8422_2325, step))
    }

    /// It as a word to be hashed.
    pub(super) fn word(self) -> String {
        self.0.to_string()
    }
}

/// A share of the whole, exact to a millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u32);

impl Share {
    const WHOLE: u32 = 1_000_000;

    /// So many millionths; `None` if that is more than the whole.
    pub fn millionths(count: u32) -> Option<Self> {
        (count <= Self::WHOLE).then_some(Self(count))
    }

    /// How many millionths.
    pub const fn count(self) -> u32 {
        self.0
    }

    /// So much of a length, rounded down.
    pub fn of(self, length: usize) -> usize {
        let part = length as u128 * u128::from(self.0) / u128::from(Self::WHOLE);
        usize::try_from(part).unwrap_or(length)
    }

    /// Whether a ticket is among those that win.
    pub fn wins(self, ticket: u64) -> bool {
        ticket % u64::from(Self::WHOLE) < u64::from(self.0)
    }
}

/// How a length of time is distributed that is drawn for each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latency {
    /// All between the two are as likely.
    Uniform {
        /// The shortest.
        from: Duration,
        /// The longest.
        to: Duration,
    },
    /// Half are shorter than the median, and some far longer: as of a network.
    LogNormal {
        /// The one in the middle.
        median: Duration,
        /// The standard deviation of the logarithm, up to 3: how far they spread.
        sigma: Decimal<3>,
        /// None is longer.
        most: Duration,
    },
}

impl Latency {
    /// No latency is longer.
    pub const MOST: Duration = Duration::from_secs(24 * 60 * 60);

    /// Draws one by a ticket.
    pub fn draw(self, ticket: u64) -> Duration {
        match self {
            Self::Uniform { from, to } => {
                let span = to.saturating_sub(from).min(Self::MOST);
                let drawn = (micros(span) * u128::from(ticket)) >> 64;
                from.saturating_add(Duration::from_micros(narrow(drawn)))
            }
            Self::LogNormal {
                median,
                sigma,
                most,
            } => {
                let exponent = normal(ticket) * sigma.units().clamp(0, 3_000) / 1_000;
                let drawn = (micros(median.min(Self::MOST)) * exp(exponent)) >> FINE;
                Duration::from_micros(narrow(drawn)).min(most)
            }
        }
    }
}

const fn micros(duration: Duration) -> u128 {
    duration.as_micros()
}

fn narrow(micros: u128) -> u64 {
    u64::try_from(micros).unwrap_or(u64::MAX)
}

/// A normal draw in 1/65536: the sum of twelve even draws, less its mean. Within 6 on either side.
fn normal(ticket: u64) -> i64 {
    let draws = (0..3).flat_map(|index: u8| hash(ticket, &[&index.to_string()]).to_le_bytes());
    let bytes: Vec<u8> = draws.collect();
    let pairs = bytes.as_chunks().0.iter();
    let sum: i64 = pairs.map(|pair| i64::from(u16::from_le_bytes(*pair))).sum();
    sum - 12 * 65_535 / 2
}

/// How many binary places [`exp`] has.
const FINE: u32 = 40;

/// The exponential of a number of 1/65536, from -18 to 18, as (1 + x/65536) squared sixteen times: near enough.
fn exp(exponent: i64) -> u128 {
    let small = (1_i64 << FINE).saturating_add(exponent << (FINE - 32));
    let small = u128::from(small.unsigned_abs());
    (0..16).fold(small, |power, _| (power * power) >> FINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(latency: Latency) -> Vec<u128> {
        let tickets = (0..10_000_u32).map(|ticket| hash(u64::from(ticket), &[]));
        let mut drawn: Vec<u128> = tickets
            .map(|ticket| latency.draw(ticket).as_millis())
            .collect();
        drawn.sort_unstable();
        drawn
    }

    #[test]
    fn an_even_latency_is_between_its_ends() {
        let (from, to) = (Duration::from_millis(100), Duration::from_millis(300));
        let drawn = drawn(Latency::Uniform { from, to });
        assert!((100..102).contains(&drawn[0]), "{}", drawn[0]);
        assert!((298..300).contains(&drawn[9_999]), "{}", drawn[9_999]);
        assert!((195..205).contains(&drawn[5_000]), "{}", drawn[5_000]);
    }

    #[test]
    fn a_log_normal_latency_has_its_median_and_its_tail() {
        let most = Duration::from_secs(10);
        let drawn = drawn(Latency::LogNormal {
            median: Duration::from_secs(1),
            sigma: "0.5".parse().unwrap(),
            most,
        });
        assert!((970..1_030).contains(&drawn[5_000]), "{}", drawn[5_000]);
        // 84 of 100 are below exp(0.5), and 16 below exp(-0.5).
        assert!((1_580..1_720).contains(&drawn[8_413]), "{}", drawn[8_413]);
        assert!((580..635).contains(&drawn[1_587]), "{}", drawn[1_587]);
        assert!((4_000..10_000).contains(&drawn[9_999]), "{}", drawn[9_999]);
    }

    #[test]
    fn the_longest_latency_is_no_longer_than_allowed() {
        let wide = Latency::LogNormal {
            median: Latency::MOST,
            sigma: "3".parse().unwrap(),
            most: Duration::from_secs(7),
        };
        assert_eq!(*drawn(wide).last().unwrap(), 7_000);
        let even = Latency::Uniform {
            from: Duration::ZERO,
            to: Latency::MOST,
        };
        assert!(even.draw(u64::MAX) < Latency::MOST);
    }

    #[test]
    fn the_exponential_is_near_enough() {
        let check = |exponent: i64, expected: u128| {
            let found = (exp(exponent << 16) * 1_000) >> FINE;
            assert!(
                found.abs_diff(expected) <= expected / 300 + 1,
                "{exponent}: {found}"
            );
        };
        check(0, 1_000);
        check(1, 2_718);
        check(-1, 368);
        check(6, 403_429);
        check(18, 65_659_969_137);
        check(-18, 0);
    }

    #[test]
    fn a_share_wins_as_often_as_it_says() {
        let share = Share::millionths(250_000).unwrap();
        let won = (0..10_000_u32)
            .filter(|index| share.wins(hash(1, &[&index.to_string()])))
            .count();
        assert!((2_350..2_650).contains(&won), "{won}");
        assert_eq!(share.of(10), 2);
        assert!(!Share::millionths(0).unwrap().wins(0));
        assert!(Share::millionths(1_000_000).unwrap().wins(999_999));
        assert_eq!(Share::millionths(1_000_001), None);
    }
}

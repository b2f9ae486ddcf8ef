//! SHA-256 (FIPS 180-4) in base64, to check two constants of the page. Nothing secret depends on it.

/// The hash of `bytes`, as a Content-Security-Policy has it.
pub(super) fn base64_sha256(bytes: &[u8]) -> String {
    base64(&sha256(bytes))
}

/// Of the first primes, the first 32 bits behind the point of a root.
fn constants(count: usize, root: fn(u128) -> u128) -> Vec<u32> {
    let prime = |number: &u128| (2..*number).all(|divisor| !number.is_multiple_of(divisor));
    let primes = (2_u128..).filter(prime).take(count);
    primes
        .map(|prime| (root(prime) & 0xFFFF_FFFF) as u32)
        .collect()
}

/// The square root, times 2^32.
fn square_root(number: u128) -> u128 {
    (number << 64).isqrt()
}

/// The cubic root, times 2^32.
fn cubic_root(number: u128) -> u128 {
    let cube = number << 96;
    let mut root = 0_u128;
    for bit in (0..36).rev() {
        let next = root | 1 << bit;
        if next.pow(3) <= cube {
            root = next;
        }
    }
    root
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let mut padded = [bytes, &[0x80]].concat();
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() < bytes.len() + 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    let keys = constants(64, cubic_root);
    let mut hash = constants(8, square_root);
    for block in padded.chunks_exact(64) {
        let words = block.chunks_exact(4);
        let mut w: Vec<u32> = words
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect();
        for i in 16..64 {
            let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ (w[i - 15] >> 3);
            let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ (w[i - 2] >> 10);
            w.push(
                w[i - 16]
                    .wrapping_add(s0)
                    .wrapping_add(w[i - 7])
                    .wrapping_add(s1),
            );
        }
        let mut state = hash.clone();
        for (key, word) in keys.iter().zip(&w) {
            let [a, b, c, _, e, f, g, h] = state[..] else {
                unreachable!()
            };
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let first = h
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(*key)
                .wrapping_add(*word);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = (a & b) ^ (a & c) ^ (b & c);
            state.rotate_right(1);
            state[4] = state[4].wrapping_add(first);
            state[0] = first.wrapping_add(s0).wrapping_add(majority);
        }
        for (sum, word) in hash.iter_mut().zip(state) {
            *sum = sum.wrapping_add(word);
        }
    }
    hash.into_iter().flat_map(u32::to_be_bytes).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, i| {
            bits << 8 | usize::from(*group.get(i).unwrap_or(&0))
        });
        for digit in 0..4 {
            text.push(match digit <= group.len() {
                true => char::from(DIGITS[bits >> (18 - 6 * digit) & 63]),
                false => '=',
            });
        }
    }
    text
}

#[test]
fn the_examples_of_the_standard_hold() {
    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(base64_sha256(bytes), expected);
    }
    check(b"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    check(b"abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    check(&[b'a'; 60], &base64_sha256(&b"a".repeat(60)));
}

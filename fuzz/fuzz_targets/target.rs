//! The target `target` of the kit.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| epochta_fuzz::kit("target", bytes));

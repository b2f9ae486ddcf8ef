//! The target `request` of the server.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| epochta_fuzz::server("request", bytes));

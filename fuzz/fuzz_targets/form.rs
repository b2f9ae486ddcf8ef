//! The target `form` of the server.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| epochta_fuzz::server("form", bytes));

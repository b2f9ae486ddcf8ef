//! Requests as clients make them, good and bad, and what must be found in them.

mod any;
mod good;
mod rows;
mod rules;
mod sample;
mod shown;

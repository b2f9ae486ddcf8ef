//! The built program against an endpoint that records what it gets and answers what it is told.
//!
//! - `endpoint`: that endpoint, and how to run the program.
//! - `raw`: requests of any bytes, and connections that are kept; the library, not the program.
//! - `wire`: the exact bytes of each transport.
//! - `failures`: no reply, or none that makes sense.
//! - `screens`: what is shown, and what never is.
//! - `warnings`: what is said before a request that will go wrong.
//!
//! What reads: `corpus`: any bytes as scenario, target, baseline, template or reply, and mutations of them.
//!
//! What judges an endpoint, run against one that answers canned replies:
//!
//! - `liar`: a gateway that is right in every clause, or wrong in exactly one way; `judged`: the whole suite against it:
//!   every check can fail, and holds where nothing is wrong.
//! - `properties`: every property of `fuzz`, against that gateway when it does not lie, and when it does.
//! - `histories`: the property that holds whole histories to a model, in the same way.
//! - `canned`: that endpoint; `folder`: scenarios and targets in a folder, and the program run there.
//! - `verdicts`: what a run shows, for each way in which it can come out.
//! - `mistakes`: wrong files, and names that fit nothing.
//! - `exits`: the exit codes.
//! - `baselines`: the law of the baseline.
//! - `snapshots`: proposals, and what becomes of them.
//! - `reports`: reports in files.
//! - `comparing`: the command `diff`.
//! - `clients`: the command `client`, with the kit itself for a client, right and wrong ones.
//! - `limits`: what is not sent where it may cost money.
//! - `observing`: the command `observe`, between a raw client and that gateway.
//! - `secrets`: passwords and numbers in nothing that is written.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there, in its helpers too"
)]

mod baselines;
mod canned;
mod clients;
mod comparing;
mod corpus;
mod endpoint;
mod exits;
mod failures;
mod folder;
mod histories;
mod judged;
mod liar;
mod limits;
mod mistakes;
mod mutants;
mod observing;
mod properties;
mod raw;
mod reports;
mod screens;
mod secrets;
mod snapshots;
mod verdicts;
mod warnings;
mod wire;

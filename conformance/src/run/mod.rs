//! Playing scenarios against an endpoint.
//!
//! A run goes from top to bottom; nothing but events crosses to the reporters.
//!
//! - [`plan`]: which cases there are, which are wanted, and which this target cannot be asked.
//! - [`runner`]: plays them, many at a time, and gives each its verdict.
//! - [`seat`]: who plays at the same time as whom.
//! - [`play`]: one case: its steps, checks and relations.
//! - [`request`]: a step to the request that it stands for.
//! - [`bindings`]: what names stand for.
//! - [`calls`]: what was asked and answered, and in which order, where a case is judged as a whole.
//! - [`replies`]: what was answered, as a text that is the same in every run.
//! - [`asking`]: one question of the kit's own; [`means`]: whether the account main can pay for the run.
//! - [`purse`]: what may be spent on a live endpoint.
//! - [`redaction`], [`show`]: an exchange as it may be shown.
//! - [`event`]: what reporters are told.

pub mod asking;
pub mod bindings;
pub mod calls;
pub mod event;
pub mod means;
pub mod plan;
pub mod play;
pub mod purse;
pub mod redaction;
pub mod replies;
pub mod request;
pub mod runner;
pub mod seat;
pub mod show;

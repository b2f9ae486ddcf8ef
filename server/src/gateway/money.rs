//! The units of money. Not for arithmetic, which is in [`decimal`](super::decimal).

use super::decimal::Decimal;

/// Credits, the gateway's own money, in ten-thousandths (MONEY-03).
pub type Credits = Decimal<4>;

/// US dollars: the price of one credit (CREDIT-01).
pub type Usd = Decimal<4>;

/// How much of an account's own currency one credit is (REPLY-07).
pub type Rate = Decimal<6>;

/// An account's own currency, to the hundredth (REPLY-07).
pub type Amount = Decimal<2>;

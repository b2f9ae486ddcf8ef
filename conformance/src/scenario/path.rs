//! Names with points and indexes: `before.credits`, `to.1`, `sent.rows[1].status`.

use std::fmt;

/// A name in an expression, at least one segment long.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Segment>);

/// One part of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// A word: ASCII letters, digits and `_`.
    Name(String),
    /// The number in `[…]`, from 1.
    Index(usize),
}

impl Path {
    pub(super) fn new(segments: Vec<Segment>) -> Self {
        Self(segments)
    }

    /// The parts from left to right, to be matched with a pattern of a slice.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The first word: the step, the variable, or the group that the name belongs to.
    pub fn first(&self) -> &str {
        match self.0.first() {
            Some(Segment::Name(name)) => name,
            Some(Segment::Index(_)) | None => "",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Name(name) if place == 0 => f.write_str(name)?,
                Segment::Name(name) => write!(f, ".{name}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

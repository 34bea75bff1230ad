//! Fields of a cloud's answer. Absent and `null` are the same and harmless; a value of another type breaks the answer.

use crate::facts::seconds_since_epoch;
use crate::id::Guid;
use crate::record::Node;

/// An object being read. Whoever has read all of it asks [`Reader::whole`].
pub(super) struct Reader<'a, N> {
    node: &'a N,
    broken: bool,
}

impl<'a, N: Node> Reader<'a, N> {
    pub(super) fn new(node: &'a N) -> Self {
        Reader { node, broken: false }
    }

    /// What was read, unless a field had another type than expected.
    pub(super) fn whole<T>(&self, value: T) -> Option<T> {
        (!self.broken).then_some(value)
    }

    /// The first of several spellings of a field that is there.
    pub(super) fn any(&self, names: &[&str]) -> Option<N> {
        names.iter().find_map(|name| self.node.get(name).filter(|value| !value.is_null()))
    }

    fn typed<T>(&mut self, names: &[&str], read: impl Fn(&N) -> Option<T>) -> Option<T> {
        let value = self.any(names)?;
        let read = read(&value);
        self.broken |= read.is_none();
        read
    }

    pub(super) fn text(&mut self, names: &[&str]) -> Option<String> {
        self.typed(names, N::text)
    }

    pub(super) fn flag(&mut self, names: &[&str]) -> Option<bool> {
        self.typed(names, N::flag)
    }

    pub(super) fn items(&mut self, names: &[&str]) -> Option<Vec<N>> {
        self.typed(names, N::items)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, names: &[&str]) -> Option<Vec<String>> {
        self.typed(names, |node| node.items()?.iter().map(N::text).collect())
    }

    /// A whole number that is not negative.
    pub(super) fn number(&mut self, names: &[&str]) -> Option<u64> {
        self.typed(names, |node| whole_number(node.number()?))
    }

    pub(super) fn small_number(&mut self, names: &[&str]) -> Option<u32> {
        let number = self.number(names)?;
        let small = u32::try_from(number).ok();
        self.broken |= small.is_none();
        small
    }

    pub(super) fn guid(&mut self, names: &[&str]) -> Option<Guid> {
        self.typed(names, |node| Guid::parse(node.text()?.trim()))
    }

    /// A time: seconds since the Unix epoch as the vault writes it, or RFC 3339 as ARM and `az` do.
    pub(super) fn time(&mut self, names: &[&str]) -> Option<u64> {
        self.typed(names, |node| match node.number() {
            Some(number) => whole_number(number),
            None => seconds_since_epoch(&node.text()?),
        })
    }
}

fn whole_number(number: f64) -> Option<u64> {
    // `as` saturates, so that what is no whole number in range comes back as another one.
    let whole = number as u64;
    (whole as f64 == number).then_some(whole)
}

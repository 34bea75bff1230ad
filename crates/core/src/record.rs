//! Records as JSON without a JSON library: each type names its fields once, and whoever holds a parsed document, the
//! browser for one, lends it as [`Node`]s.
//!
//! The shapes are those of serde's derives with the same attributes; the tests of [`crate::wire`] hold both against
//! each other. Text is neither parsed nor written here.

/// A value of a parsed JSON document, or of one being put together.
pub trait Node: Sized {
    /// The value of a field; `None` when there is none or this is no object. `null` is a value.
    fn get(&self, name: &str) -> Option<Self>;
    /// Whether this is `null`.
    fn is_null(&self) -> bool;
    /// The text of a string.
    fn text(&self) -> Option<String>;
    /// The value of a number.
    fn number(&self) -> Option<f64>;
    /// The value of a boolean.
    fn flag(&self) -> Option<bool>;
    /// The items of an array.
    fn items(&self) -> Option<Vec<Self>>;

    /// A string.
    fn from_text(text: &str) -> Self;
    /// A number; exact up to 2⁵³.
    fn from_number(number: u64) -> Self;
    /// A boolean.
    fn from_flag(flag: bool) -> Self;
    /// An array.
    fn from_items(items: Vec<Self>) -> Self;
    /// An object without fields.
    fn empty() -> Self;
    /// Sets a field of an object.
    fn put(&mut self, name: &str, value: Self);
}

/// A type that can be read from a document and written to one.
pub trait Record: Sized {
    /// Reads a value; `None` stands for an absent one. What is absent or of another type sets `broken` and leaves a
    /// value of no meaning, so only [`read`] calls this from outside.
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self;
    /// The value as a document; `None` when its field is left out.
    fn give<N: Node>(&self) -> Option<N>;
}

/// Reads a record; unknown fields are ignored. `None` when a required field is absent or one has another type.
pub fn read<T: Record, N: Node>(node: &N) -> Option<T> {
    let mut broken = false;
    let record = T::take(Some(node), &mut broken);
    (!broken).then_some(record)
}

/// Reads a field, for the macro [`crate::record!`].
#[doc(hidden)]
pub fn field<T: Record, N: Node>(node: Option<&N>, name: &str, broken: &mut bool) -> T {
    T::take(node.and_then(|node| node.get(name)).as_ref(), broken)
}

/// Reads a field that may be absent, for the macro [`crate::record!`].
#[doc(hidden)]
pub fn field_or_default<T: Record + Default, N: Node>(node: Option<&N>, name: &str, broken: &mut bool) -> T {
    match node.and_then(|node| node.get(name)) {
        Some(value) => T::take(Some(&value), broken),
        None => T::default(),
    }
}

/// Writes a field, for the macro [`crate::record!`].
#[doc(hidden)]
pub fn put<T: Record, N: Node>(node: &mut N, name: &str, value: &T) {
    if let Some(value) = value.give() {
        node.put(name, value);
    }
}

/// Defines structs that are [`Record`]s.
///
/// Required fields must be there; an `Option` may be absent or null and is left out when `None`; a field marked
/// `#[record(default)]` may be absent.
#[macro_export]
macro_rules! record {
    ($($(#[doc = $about:literal])* #[derive($($derive:ident),*)] $vis:vis struct $name:ident {
        $($(#[doc = $doc:literal])* $(#[record($($how:tt)*)])? $fvis:vis $field:ident : $ty:ty),* $(,)?
    })*) => {$(
        $(#[doc = $about])*
        #[derive($($derive),*)]
        $vis struct $name { $($(#[doc = $doc])* $fvis $field: $ty),* }
        $crate::record!(@impl $name { $($field [$($($how)*)?])* });
    )*};
    (@impl $name:ident { $($field:ident $how:tt)* }) => {
        impl $crate::record::Record for $name {
            fn take<N: $crate::record::Node>(node: Option<&N>, broken: &mut bool) -> Self {
                *broken |= node.is_none();
                Self { $($field: $crate::record!(@take $field $how)(node, $crate::record!(@name $field $how), broken)),* }
            }
            fn give<N: $crate::record::Node>(&self) -> Option<N> {
                let mut node = N::empty();
                $($crate::record::put(&mut node, $crate::record!(@name $field $how), &self.$field);)*
                Some(node)
            }
        }
    };
    (@take $field:ident [default]) => { $crate::record::field_or_default };
    (@take $field:ident $how:tt) => { $crate::record::field };
    (@name $field:ident [rename = $name:literal]) => { $name };
    (@name $field:ident $how:tt) => { stringify!($field) };
}

/// What a value of the wrong type, or none at all, is read as.
fn or_broken<T: Default>(value: Option<T>, broken: &mut bool) -> T {
    *broken |= value.is_none();
    value.unwrap_or_default()
}

impl Record for String {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        or_broken(node.and_then(N::text), broken)
    }
    fn give<N: Node>(&self) -> Option<N> {
        Some(N::from_text(self))
    }
}

impl Record for bool {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        or_broken(node.and_then(N::flag), broken)
    }
    fn give<N: Node>(&self) -> Option<N> {
        Some(N::from_flag(*self))
    }
}

impl Record for u64 {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        let number = or_broken(node.and_then(N::number), broken);
        // `as` saturates, so that a fraction, a negative number and one out of range come back as another number.
        let whole = number as u64;
        *broken |= whole as f64 != number;
        whole
    }
    fn give<N: Node>(&self) -> Option<N> {
        Some(N::from_number(*self))
    }
}

macro_rules! narrower {
    ($($number:ty),*) => {$(
        impl Record for $number {
            fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
                or_broken(Self::try_from(u64::take(node, broken)).ok(), broken)
            }
            fn give<N: Node>(&self) -> Option<N> {
                Some(N::from_number(u64::from(*self)))
            }
        }
    )*};
}
narrower!(u16, u32);

impl<T: Record> Record for Option<T> {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        node.filter(|node| !node.is_null()).map(|node| T::take(Some(node), broken))
    }
    fn give<N: Node>(&self) -> Option<N> {
        self.as_ref()?.give()
    }
}

impl<T: Record> Record for Vec<T> {
    fn take<N: Node>(node: Option<&N>, broken: &mut bool) -> Self {
        or_broken(node.and_then(N::items), broken).iter().map(|item| T::take(Some(item), broken)).collect()
    }
    fn give<N: Node>(&self) -> Option<N> {
        Some(N::from_items(self.iter().filter_map(T::give).collect()))
    }
}

/// A parsed document of `serde_json`, where that is compiled in.
#[cfg(feature = "serde")]
impl Node for serde_json::Value {
    fn get(&self, name: &str) -> Option<Self> {
        Self::get(self, name).cloned()
    }
    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }
    fn number(&self) -> Option<f64> {
        self.as_f64()
    }
    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }
    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }
    fn from_text(text: &str) -> Self {
        text.into()
    }
    fn from_number(number: u64) -> Self {
        number.into()
    }
    fn from_flag(flag: bool) -> Self {
        flag.into()
    }
    fn from_items(items: Vec<Self>) -> Self {
        items.into()
    }
    fn empty() -> Self {
        Self::Object(serde_json::Map::new())
    }
    fn put(&mut self, name: &str, value: Self) {
        if let Self::Object(fields) = self {
            fields.insert(name.to_owned(), value);
        }
    }
}

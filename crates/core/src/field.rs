//! The one rule for every field of a resource, at every depth.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a resource, desired or live.
///
/// In a desired state *absent* means "not managed" and *null* "must be unset". In a live state *absent* means "the
/// service did not say", and *null* "is unset". Comparing is therefore one rule: see [`Field::differs_from`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field<T> {
    /// Desired: not managed. Live: not told by the service.
    #[default]
    Absent,
    /// Desired: must be unset. Live: is unset.
    Null,
    /// The value.
    Set(T),
}

impl<T> Field<T> {
    /// Returns the value, if one is set.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Returns whether the manifest has a say in this field (a value or `null`).
    pub const fn is_managed(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns whether nothing is said: such a field is left out where a state is written down.
    pub const fn is_absent(&self) -> bool {
        !self.is_managed()
    }

    /// Returns a field that borrows the value.
    pub const fn as_ref(&self) -> Field<&T> {
        match self {
            Self::Absent => Field::Absent,
            Self::Null => Field::Null,
            Self::Set(value) => Field::Set(value),
        }
    }

    /// Applies a function to the value.
    pub fn map<U>(self, function: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Absent => Field::Absent,
            Self::Null => Field::Null,
            Self::Set(value) => Field::Set(function(value)),
        }
    }

    /// Gives `null` the service's own default, for fields that are never unset in the service.
    #[must_use]
    pub fn null_is(self, default: T) -> Self {
        match self {
            Self::Null => Self::Set(default),
            other @ (Self::Absent | Self::Set(_)) => other,
        }
    }

    /// Makes a live field from an optional answer: nothing means unset.
    pub fn from_live(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Set)
    }
}

impl<T: Clone> Field<T> {
    /// Returns this desired field, or the live one where it is not managed: what is made anew keeps what nobody manages.
    #[must_use]
    pub fn or_live(&self, live: &Self) -> Self {
        if self.is_managed() { self.clone() } else { live.clone() }
    }
}

impl<T: Default> Field<T> {
    /// Changes the value; what was not set begins empty.
    pub fn edit(&mut self, edit: impl FnOnce(&mut T)) {
        let mut value = match std::mem::take(self) {
            Self::Set(value) => value,
            Self::Absent | Self::Null => T::default(),
        };
        edit(&mut value);
        *self = Self::Set(value);
    }
}

impl<T: PartialEq + Clone> Field<T> {
    /// Returns this recorded field where the one recorded later differs, so that it can be put back; absent otherwise.
    #[must_use]
    pub fn unless_same(&self, later: &Self) -> Self {
        if self.differs_from(later) { self.clone() } else { Self::Absent }
    }
}

impl<T: PartialEq> Field<T> {
    /// Returns whether a managed field needs a write: it is managed, the service told its state, and the two differ.
    pub fn differs_from(&self, live: &Self) -> bool {
        match (self, live) {
            (Self::Absent, _) | (_, Self::Absent) => false,
            (desired, live) => desired != live,
        }
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

/// Reads null as `Null`; what is not there at all is absent, by `#[serde(default)]` where the field stands.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from_live)
    }
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn what_is_absent_on_either_side_is_never_compared() {
        assert!(!Field::Absent.differs_from(&Field::Set(1)));
        assert!(!Field::Set(1).differs_from(&Field::Absent));
        assert!(!Field::<u8>::Null.differs_from(&Field::Absent));
    }

    #[test]
    fn null_demands_the_unset_field() {
        assert!(Field::Null.differs_from(&Field::Set(1)));
        assert!(Field::Set(1).differs_from(&Field::Null));
        assert!(!Field::<u8>::Null.differs_from(&Field::Null));
        assert_eq!(Field::Null.null_is(3600), Field::Set(3600));
    }
}

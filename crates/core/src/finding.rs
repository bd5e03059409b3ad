//! What is wrong with a resource that no single field shows: a broken link of the access chain, a quota that is too small.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::Address;
use crate::manifest::Declared;
use crate::manifest::diagnostic::Place;
use crate::plan::{PlaceInFile, Warning};

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Everything that decides it is known: it is so after the apply.
    Certain,
    /// Something that was not read may mend it, such as another policy of someone else's role.
    Possible,
}

/// A finding, by a code of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding<Code> {
    /// Which one.
    pub code: Code,
    /// How sure it is.
    pub certainty: Certainty,
    /// The resource that cannot work, or be made, for it.
    pub address: Address,
    /// What is wrong, by name.
    pub message: String,
    /// What mends it: the exact statement to add, where there is one.
    pub help: String,
    /// Where in the manifest it is asked for.
    pub place: Place,
}

impl<Code> Finding<Code> {
    /// Makes a finding on a resource, at one of its fields.
    pub(crate) fn new(
        (code, certainty): (Code, Certainty),
        declared: &Declared,
        field: &str,
        message: String,
        help: String,
    ) -> Self {
        let place = declared.field_places.get(field).unwrap_or(&declared.place).clone();
        Self { code, certainty, address: declared.address.clone(), message, help, place }
    }
}

impl<Code: fmt::Display> From<Finding<Code>> for Warning {
    fn from(finding: Finding<Code>) -> Self {
        let Finding { code, certainty, address, message, help, place } = finding;
        Self {
            code: code.to_string(),
            message,
            help: Some(help),
            address: Some(address),
            certainty: Some(certainty),
            place: Some(PlaceInFile::from(&place)),
        }
    }
}

/// Gives an enum of codes its stable names: `as_str`, `ALL`, and what is written of it.
macro_rules! codes {
    ($(#[$outer:meta])* $vis:vis enum $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$inner])* $variant,)*
        }

        impl $name {
            /// Every code, in their order.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$variant),*];

            /// Returns the stable name, in kebab case.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use codes;

//! Policies written down to be read back: each with the account in which it was read, for the same text can mean another
//! principal in another one.

use std::collections::BTreeMap;

use iam_policy::{Policy, Scope};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::field::Field;

#[derive(Serialize, Deserialize)]
struct Written {
    partition: String,
    account_id: String,
    document: Value,
}

impl Written {
    fn of(policy: &Policy) -> Self {
        let Scope { partition, account_id } = policy.scope().clone();
        Self { partition, account_id, document: policy.to_value() }
    }

    fn read<E: serde::de::Error>(self) -> Result<Policy, E> {
        let Self { partition, account_id, document } = self;
        Policy::parse(&document.to_string(), &Scope { partition, account_id }).map_err(E::custom)
    }
}

/// Writes and reads a field of a policy.
pub(crate) mod field {
    use super::{Deserialize as _, Deserializer, Field, Policy, Serialize as _, Serializer, Written};

    pub(crate) fn serialize<S: Serializer>(field: &Field<Policy>, serializer: S) -> Result<S::Ok, S::Error> {
        field.as_ref().map(Written::of).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Policy>, D::Error> {
        Ok(match Field::<Written>::deserialize(deserializer)? {
            Field::Absent => Field::Absent,
            Field::Null => Field::Null,
            Field::Set(written) => Field::Set(written.read()?),
        })
    }
}

/// Writes and reads a policy that may be missing.
pub(crate) mod option {
    use super::{Deserialize as _, Deserializer, Policy, Serialize as _, Serializer, Written};

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(policy: &Option<Policy>, serializer: S) -> Result<S::Ok, S::Error> {
        policy.as_ref().map(Written::of).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Policy>, D::Error> {
        Option::<Written>::deserialize(deserializer)?.map(Written::read).transpose()
    }
}

/// Writes and reads a field of policies by their names.
pub(crate) mod by_name {
    use super::{BTreeMap, Deserialize as _, Deserializer, Field, Policy, Serialize as _, Serializer, Written};

    type Policies = BTreeMap<String, Option<Policy>>;

    pub(crate) fn serialize<S: Serializer>(field: &Field<Policies>, serializer: S) -> Result<S::Ok, S::Error> {
        let written = field.as_ref().map(|policies| {
            policies.iter().map(|(name, policy)| (name, policy.as_ref().map(Written::of))).collect::<BTreeMap<_, _>>()
        });
        written.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Policies>, D::Error> {
        let written = match Field::<BTreeMap<String, Option<Written>>>::deserialize(deserializer)? {
            Field::Absent => return Ok(Field::Absent),
            Field::Null => return Ok(Field::Null),
            Field::Set(written) => written,
        };
        let read = written.into_iter().map(|(name, written)| Ok((name, written.map(Written::read).transpose()?)));
        read.collect::<Result<_, _>>().map(Field::Set)
    }
}

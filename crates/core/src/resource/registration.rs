//! Instance profile registrations in a Databricks workspace: `databricks.instance_profiles`.
//!
//! API: <https://docs.databricks.com/api/workspace/instanceprofiles>.

mod decode;
mod record;

use serde::{Deserialize, Serialize};

use crate::change::{Difference, FieldChange, Hazard};
use crate::field::Field;
use crate::resource::{Ownership, Settled};

/// The state of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The instance profile's ARN, which is the registration's name.
    pub instance_profile_arn: String,
    /// The ARN of the profile's role; needed only where role and profile differ in name and SQL warehouses use it.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub iam_role_arn: Field<String>,
    /// Whether it is a meta instance profile; `null` is false.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub is_meta_instance_profile: Field<bool>,
    /// Desired only: register without Databricks' launch check. The service never tells it, so it never differs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skip_validation: bool,
}

impl Registration {
    /// Returns the instance profile's ARN.
    pub fn name(&self) -> &str {
        &self.instance_profile_arn
    }

    /// Returns the registration with nothing managed.
    #[must_use]
    pub fn identity(&self) -> Self {
        Self {
            instance_profile_arn: self.instance_profile_arn.clone(),
            iam_role_arn: Field::Absent,
            is_meta_instance_profile: Field::Absent,
            skip_validation: false,
        }
    }

    /// Returns what differs from the live registration, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, _ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        let Some(live) = live else {
            difference.changes.push(FieldChange::plain(
                "instance_profile_arn",
                None::<&str>,
                &self.instance_profile_arn,
            ));
            difference.compare("iam_role_arn", &self.iam_role_arn, &Field::Null);
            difference.compare("is_meta_instance_profile", &self.is_meta_instance_profile, &Field::Set(false));
            difference.then(RegistrationOperation::Add { registration: self.clone() });
            return difference;
        };
        let role = difference.compare("iam_role_arn", &self.iam_role_arn, &live.iam_role_arn);
        let meta = difference.compare(
            "is_meta_instance_profile",
            &self.is_meta_instance_profile,
            &live.is_meta_instance_profile,
        );
        if meta || (role && self.iam_role_arn == Field::Null) {
            // `edit` changes the role's ARN and nothing else, and has no way to unset it.
            self.replace(live, &mut difference);
        } else if role && let Some(iam_role_arn) = self.iam_role_arn.value().cloned() {
            difference.then(RegistrationOperation::Edit {
                instance_profile_arn: self.instance_profile_arn.clone(),
                iam_role_arn,
            });
        }
        difference
    }

    /// Returns the registration with everything managed that has to be known to delete it.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        self.identity()
    }

    /// Returns the call that removes this live registration.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.insert(Hazard::Delete);
        difference.notes.push("clusters that use the profile keep working; grants of it to groups are lost".to_owned());
        difference.then(RegistrationOperation::Remove { instance_profile_arn: self.instance_profile_arn.clone() });
        difference
    }

    fn replace(&self, live: &Self, difference: &mut Difference) {
        difference.replaces = true;
        difference.hazards.insert(Hazard::Replace);
        difference
            .notes
            .push("grants of this instance profile to groups are lost; running clusters keep working".to_owned());
        let iam_role_arn = self.iam_role_arn.or_live(&live.iam_role_arn);
        let is_meta_instance_profile = self.is_meta_instance_profile.or_live(&live.is_meta_instance_profile);
        difference.then(RegistrationOperation::Remove { instance_profile_arn: self.instance_profile_arn.clone() });
        let registration = Self { iam_role_arn, is_meta_instance_profile, ..self.clone() };
        let unset = Self { is_meta_instance_profile: Field::Set(false), ..self.identity() };
        super::carried::note(self, &registration, &unset, difference);
        difference.then(RegistrationOperation::Add { registration });
    }
}

/// A call on a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the calls' own parameters")]
pub enum RegistrationOperation {
    /// `instance-profiles/add`
    Add { registration: Registration },
    /// `instance-profiles/edit`
    Edit { instance_profile_arn: String, iam_role_arn: String },
    /// `instance-profiles/remove`
    Remove { instance_profile_arn: String },
}

impl RegistrationOperation {
    /// Returns the service and the call.
    pub const fn api(&self) -> &'static str {
        match self {
            Self::Add { .. } => "databricks:instance-profiles/add",
            Self::Edit { .. } => "databricks:instance-profiles/edit",
            Self::Remove { .. } => "databricks:instance-profiles/remove",
        }
    }

    /// Returns what the call does, in a few words.
    pub fn summary(&self) -> String {
        match self {
            Self::Add { registration } if registration.skip_validation => {
                "register the instance profile, without the launch check".to_owned()
            }
            Self::Add { .. } => "register the instance profile, with a launch check".to_owned(),
            Self::Edit { iam_role_arn, .. } => format!("set the role {iam_role_arn}"),
            Self::Remove { .. } => "remove the registration".to_owned(),
        }
    }

    /// Returns whether sending the call twice does no more than sending it once.
    pub const fn is_idempotent(&self) -> bool {
        matches!(self, Self::Edit { .. })
    }

    /// Returns whether something has to come to rest after the call: the service answers when it is done.
    pub const fn must_settle(&self) -> bool {
        false
    }

    /// Returns whether what the call started has come to rest.
    pub fn settled(&self, _live: Option<&Registration>) -> Settled {
        Settled::Yes
    }
}

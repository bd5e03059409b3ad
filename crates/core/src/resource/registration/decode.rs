//! An instance profile registration from the manifest.

use super::Registration;
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::rules;

impl Registration {
    /// Reads a registration's fields; nothing when it has no usable ARN. Mistakes are reported.
    pub(crate) fn decode(object: &mut ObjectReader<'_, '_>) -> Option<Self> {
        object.elsewhere("name", "a registration has no name of its own: its `instance_profile_arn` is the name");
        object.elsewhere("tags", "a registration takes no tags");
        let why = "it says which instance profile is registered";
        let arn = object
            .required("instance_profile_arn", why, |node, reporter| rules::iam_arn(node, "instance-profile", reporter));
        let iam_role_arn = object.field("iam_role_arn", |node, reporter| rules::iam_arn(node, "role", reporter));
        let is_meta_instance_profile = object.field("is_meta_instance_profile", reader::boolean).null_is(false);
        let skip_validation = object.switch("skip_validation");
        Some(Self { instance_profile_arn: arn?, iam_role_arn, is_meta_instance_profile, skip_validation })
    }
}

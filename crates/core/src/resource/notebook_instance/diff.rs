//! What differs between a desired and a live notebook instance, and the calls that make them agree.
//!
//! Almost nothing can be changed while an instance runs: it is stopped, updated, and started again when it ran before
//! or is to run. Subnet, security groups, key and internet access are fixed at creation, and a volume cannot shrink:
//! those make it anew, which loses the volume. That it ran is noted on it before it is stopped, see [`super::run_state`].

use std::collections::BTreeSet;

use super::run_state::RUN_STATE_TAG;
use super::{DEFAULT_VOLUME_SIZE_IN_GB, NotebookInstance, NotebookInstanceOperation, NotebookInstanceState};
use super::{NotebookInstanceUpdate, Toggle};
use crate::change::{Difference, Hazard};
use crate::field::Field;
use crate::guard::{Guard, GuardCode};
use crate::manifest::retired;
use crate::resource::carried;
use crate::resource::tags::TagCase;
use crate::resource::{Operation, Ownership};

use NotebookInstanceState::{Deleting, Failed, InService, Stopped};

impl NotebookInstance {
    /// Returns what differs from the live instance, and the calls that make it agree.
    pub fn diff(&self, live: Option<&Self>, ownership: &Ownership) -> Difference {
        let Some(live) = live.filter(|live| live.state != Field::Set(Deleting)) else {
            return self.creation(ownership);
        };
        // An apply waits until the instance is at rest before its first call.
        let resting = Self { state: live.state.as_ref().map(NotebookInstanceState::at_rest), ..live.clone() };
        let live = &resting;
        let mut difference = Difference::default();
        let update = self.compare_updatable(live, &mut difference);
        if self.compare_fixed(live, &mut difference) {
            self.replace(live, ownership, &mut difference);
            return difference;
        }
        self.bring_about(update, live, &mut difference);
        self.diff_tags(live, ownership, &mut difference);
        self.remark_unreported(live, &mut difference);
        difference
    }

    /// Returns the instance with everything managed that has to be known to delete it: its state is always told.
    #[must_use]
    pub fn to_be_deleted(&self) -> Self {
        self.identity()
    }

    /// Returns the calls that delete this live instance: it is stopped first, as the service demands.
    pub fn deletion(&self) -> Difference {
        let mut difference = Difference::default();
        difference.hazards.extend([Hazard::Delete, Hazard::DataLoss]);
        difference.notes.push("its volume (/home/ec2-user/SageMaker) is lost".to_owned());
        let resting = Self { state: self.state.as_ref().map(NotebookInstanceState::at_rest), ..self.clone() };
        resting.stop_if_running(&resting, &mut difference);
        if self.state != Field::Set(Deleting) {
            difference.then(NotebookInstanceOperation::Delete { name: self.name.clone() });
        }
        difference
    }

    fn creation(&self, ownership: &Ownership) -> Difference {
        let mut difference = Difference::default();
        let nothing = Self { state: Field::Null, ..self.identity() }.with_everything_unset();
        self.compare_updatable(&nothing, &mut difference);
        self.compare_fixed(&nothing, &mut difference);
        difference.compare("state", &self.state, &Field::Null);
        difference.changes.extend(self.tags.creation_changes("tags"));
        self.create(ownership, &mut difference);
        difference
    }

    fn create(&self, ownership: &Ownership, difference: &mut Difference) {
        difference.then(NotebookInstanceOperation::Create {
            instance: Box::new(self.clone()),
            tags: self.tags.for_creation(ownership),
        });
        if self.state == Field::Set(Stopped) {
            difference.then(NotebookInstanceOperation::Stop { name: self.name.clone() });
        }
    }

    /// Compares what an update can change, and returns the members to send.
    fn compare_updatable(&self, live: &Self, difference: &mut Difference) -> NotebookInstanceUpdate {
        let mut update = NotebookInstanceUpdate::default();
        macro_rules! compare {
            ($($field:ident),*) => {
                $(if difference.compare(stringify!($field), &self.$field, &live.$field) {
                    update.$field = self.$field.clone();
                })*
            };
        }
        compare!(instance_type, role_arn, volume_size_in_gb, platform_identifier, lifecycle_config_name);
        compare!(root_access, ip_address_type, minimum_instance_metadata_service_version);
        compare!(default_code_repository, additional_code_repositories);
        update
    }

    /// Compares what is fixed at creation, and returns whether the instance has to be made anew.
    fn compare_fixed(&self, live: &Self, difference: &mut Difference) -> bool {
        let mut fixed = difference.compare("subnet_id", &self.subnet_id, &live.subnet_id);
        fixed |= difference.compare("security_group_ids", &self.security_group_ids, &live.security_group_ids);
        fixed |= difference.compare("kms_key_id", &self.kms_key_id, &live.kms_key_id);
        fixed |=
            difference.compare("direct_internet_access", &self.direct_internet_access, &live.direct_internet_access);
        fixed | self.shrinks(live) | self.leaves_oldest_platform(live)
    }

    fn shrinks(&self, live: &Self) -> bool {
        matches!((&self.volume_size_in_gb, &live.volume_size_in_gb), (Field::Set(desired), Field::Set(found)) if desired < found)
    }

    /// Every platform can be changed in place but the one on Amazon Linux 1
    /// (<https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-jl.html>).
    fn leaves_oldest_platform(&self, live: &Self) -> bool {
        self.platform_identifier.differs_from(&live.platform_identifier)
            && live.platform_identifier.value().is_some_and(|platform| platform == retired::OLDEST_PLATFORM)
    }

    fn replace(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        difference.replaces = true;
        difference.hazards.extend([Hazard::Replace, Hazard::DataLoss]);
        difference
            .notes
            .push("its volume (/home/ec2-user/SageMaker), its URL and its network interface are lost".to_owned());
        if self.shrinks(live) {
            difference.notes.push("a volume can grow but never shrink".to_owned());
        }
        self.note_that_it_runs(live, difference);
        self.stop_if_running(live, difference);
        difference.then(NotebookInstanceOperation::Delete { name: self.name.clone() });
        let mut renewed = self.over(live);
        if !self.state.is_managed() && !self.is_to_run(live) {
            renewed.state = Field::Set(Stopped);
        }
        let unset = self.identity().with_everything_unset().with_service_defaults();
        carried::note(self, &renewed, &unset, difference);
        if let Some(platform) = renewed.platform_identifier.value().filter(|name| retired::cannot_be_started(name)) {
            difference.guards.push(guard(platform, "would be deleted with its volume, and could not be created again"));
        }
        renewed.create(ownership, difference);
    }

    fn stop_if_running(&self, live: &Self, difference: &mut Difference) -> bool {
        let runs = live.state == Field::Set(InService);
        if runs {
            difference.hazards.insert(Hazard::Interrupt);
            difference.then(NotebookInstanceOperation::Stop { name: self.name.clone() });
        }
        runs
    }

    /// Stops, updates and starts as far as the live state and the declared one demand.
    fn bring_about(&self, update: NotebookInstanceUpdate, live: &Self, difference: &mut Difference) {
        let to_run = self.is_to_run(live);
        difference.compare("state", &self.state, &live.state);
        let mut stopped = matches!(live.state, Field::Set(Stopped | Failed));
        let platform = update.platform_identifier.value().or(live.platform_identifier.value()).cloned();
        let operations_before = difference.operations.len();
        if update != NotebookInstanceUpdate::default() {
            self.note_that_it_runs(live, difference);
            if self.stop_if_running(live, difference) {
                stopped = true;
                difference.notes.push(
                    "it is stopped for the update (some 5 to 10 minutes): kernels, and everything outside \
                     /home/ec2-user/SageMaker, are lost"
                        .to_owned(),
                );
            }
            difference.then(NotebookInstanceOperation::Update { name: self.name.clone(), update: Box::new(update) });
        }
        match (to_run, stopped) {
            (true, true) => difference.then(NotebookInstanceOperation::Start { name: self.name.clone() }),
            (false, false) if self.state == Field::Set(Stopped) => {
                self.stop_if_running(live, difference);
            }
            _ => {}
        }
        Self::forget_that_it_ran(live, difference);
        let changes_run = |operation: &Operation| match operation {
            Operation::NotebookInstance(NotebookInstanceOperation::Stop { name: _ }) => {
                Some("would be stopped, and could not be started again")
            }
            Operation::NotebookInstance(NotebookInstanceOperation::Start { name: _ }) => Some("cannot be started"),
            _ => None,
        };
        let platform = platform.filter(|name| retired::cannot_be_started(name));
        if let (Some(platform), Some(what)) =
            (platform, difference.operations[operations_before..].iter().find_map(changes_run))
        {
            difference.guards.push(guard(&platform, what));
        }
        if let (Field::Set(Failed), Some(_)) = (&live.state, &live.failure_reason) {
            difference.notes.push(super::failure(live));
        }
    }

    /// One call sets all tags and one removes all, with those of the note that it ran.
    fn diff_tags(&self, live: &Self, ownership: &Ownership, difference: &mut Difference) {
        let mut tags = self.tags.diff(&live.tags, TagCase::Kept, ownership, !difference.is_empty());
        difference.changes.extend(tags.changes("tags"));
        for operation in &mut difference.operations {
            match operation {
                Operation::NotebookInstance(NotebookInstanceOperation::Tag { arn: _, tags: noted }) => {
                    noted.append(&mut tags.set);
                }
                Operation::NotebookInstance(NotebookInstanceOperation::Untag { arn: _, keys: noted }) => {
                    tags.remove.retain(|key| !noted.contains(key));
                    noted.append(&mut tags.remove);
                }
                _ => {}
            }
        }
        if !tags.set.is_empty() {
            difference.then(NotebookInstanceOperation::Tag { arn: live.arn.clone(), tags: tags.set });
        }
        if !tags.remove.is_empty() {
            difference.then(NotebookInstanceOperation::Untag { arn: live.arn.clone(), keys: tags.remove });
        }
    }

    /// An endpoint that leaves the platform out of its answer (as some emulators do) is told, not silently passed.
    fn remark_unreported(&self, live: &Self, difference: &mut Difference) {
        if self.platform_identifier.is_managed() && !live.platform_identifier.is_managed() {
            difference.notes.push("platform_identifier is not compared: the service does not report it".to_owned());
        }
    }

    /// Returns the desired instance with what it does not manage taken from the live one.
    fn over(&self, live: &Self) -> Self {
        let mut tags = live.tags.clone();
        tags.0.remove(RUN_STATE_TAG);
        tags.0.extend(self.tags.0.clone());
        let mut merged = Self { tags, failure_reason: None, ..self.clone() };
        macro_rules! merge {
            ($($field:ident),*) => { $(merged.$field = self.$field.or_live(&live.$field);)* };
        }
        merge!(instance_type, role_arn, volume_size_in_gb, platform_identifier, lifecycle_config_name, subnet_id);
        merge!(security_group_ids, kms_key_id, direct_internet_access, root_access, ip_address_type);
        merge!(minimum_instance_metadata_service_version, default_code_repository, additional_code_repositories);
        merged
    }

    fn with_everything_unset(mut self) -> Self {
        macro_rules! unset {
            ($($field:ident),*) => { $(self.$field = Field::Null;)* };
        }
        unset!(instance_type, role_arn, volume_size_in_gb, platform_identifier, lifecycle_config_name, subnet_id);
        unset!(kms_key_id, direct_internet_access, root_access, ip_address_type);
        unset!(minimum_instance_metadata_service_version, default_code_repository);
        self.security_group_ids = Field::Set(BTreeSet::new());
        self.additional_code_repositories = Field::Set(BTreeSet::new());
        self
    }

    /// Gives every `null` the service's own default, where the service has one; both borders call it.
    #[must_use]
    pub fn with_service_defaults(self) -> Self {
        Self {
            volume_size_in_gb: self.volume_size_in_gb.null_is(DEFAULT_VOLUME_SIZE_IN_GB),
            direct_internet_access: self.direct_internet_access.null_is(Toggle::Enabled),
            root_access: self.root_access.null_is(Toggle::Enabled),
            ip_address_type: self.ip_address_type.null_is("ipv4".to_owned()),
            minimum_instance_metadata_service_version: self
                .minimum_instance_metadata_service_version
                .null_is("1".to_owned()),
            security_group_ids: self.security_group_ids.null_is(BTreeSet::new()),
            additional_code_repositories: self.additional_code_repositories.null_is(BTreeSet::new()),
            ..self
        }
    }
}

/// Says what an instance's retired platform makes of a plan.
fn guard(platform: &str, what: &str) -> Guard {
    Guard::new(
        GuardCode::CannotBeStarted,
        format!("it {what}: AWS has retired its platform {platform}"),
        format!("set `platform_identifier: {}` with the same update", retired::CURRENT_PLATFORM),
    )
}

impl NotebookInstanceUpdate {
    /// Returns the names of the fields that the update sets.
    pub fn field_names(&self) -> Vec<&'static str> {
        let Self {
            instance_type,
            role_arn,
            volume_size_in_gb,
            platform_identifier,
            lifecycle_config_name,
            root_access,
            ip_address_type,
            minimum_instance_metadata_service_version,
            default_code_repository,
            additional_code_repositories,
        } = self;
        [
            ("instance_type", instance_type.is_managed()),
            ("role_arn", role_arn.is_managed()),
            ("volume_size_in_gb", volume_size_in_gb.is_managed()),
            ("platform_identifier", platform_identifier.is_managed()),
            ("lifecycle_config_name", lifecycle_config_name.is_managed()),
            ("root_access", root_access.is_managed()),
            ("ip_address_type", ip_address_type.is_managed()),
            ("minimum_instance_metadata_service_version", minimum_instance_metadata_service_version.is_managed()),
            ("default_code_repository", default_code_repository.is_managed()),
            ("additional_code_repositories", additional_code_repositories.is_managed()),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.then_some(name))
        .collect()
    }
}

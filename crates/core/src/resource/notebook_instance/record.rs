//! What is recorded of a notebook instance around a call, and how a recorded state comes back.

use super::run_state::RUN_STATE_TAG;
use super::{NotebookInstance, NotebookInstanceOperation, NotebookInstanceState, NotebookInstanceUpdate};
use crate::field::Field;
use crate::resource::Tags;

impl NotebookInstance {
    /// Returns what a provider is asked to read where all of the instance is to be recorded: it is always told whole.
    #[must_use]
    pub fn in_full(&self) -> Self {
        self.identity()
    }

    /// Returns the desired state in which what differs between two recorded states is as in `before`, and everything else as it
    /// is.
    #[must_use]
    pub fn restored(before: &Self, after: &Self) -> Self {
        let before = &before.clone().meant();
        let mut restored = Self {
            tags: Tags::restored(&before.tags, &after.tags),
            ..Self::named(before.name.clone(), before.arn.clone())
        };
        macro_rules! restore {
            ($($field:ident),*) => { $(restored.$field = before.$field.unless_same(&after.$field);)* };
        }
        restore!(instance_type, role_arn, volume_size_in_gb, platform_identifier, lifecycle_config_name, subnet_id);
        restore!(security_group_ids, kms_key_id, direct_internet_access, root_access, ip_address_type);
        restore!(minimum_instance_metadata_service_version, default_code_repository, additional_code_repositories);
        restored.state = before.lasting_state().unless_same(&after.lasting_state());
        restored
    }

    /// Returns the state that one in passing is on its way to: what is stopped for a change, with a note on it, is to run.
    fn meant(mut self) -> Self {
        if self.is_noted_as_running() {
            self.state = Field::Set(NotebookInstanceState::InService);
            self.tags.0.remove(RUN_STATE_TAG);
        }
        self
    }

    /// Returns the state without what calls between two others did in passing: it was stopped for a change and started again, with
    /// a note on it meanwhile.
    #[must_use]
    pub(crate) fn without_passing(mut self, first: &Self, last: &Self) -> Self {
        if first.state == last.state {
            self.state = first.state.clone();
        }
        if first.is_noted_as_running() == last.is_noted_as_running() {
            self.tags.0.remove(RUN_STATE_TAG);
            self.tags
                .0
                .extend(first.tags.0.get_key_value(RUN_STATE_TAG).map(|(key, value)| (key.clone(), value.clone())));
        }
        self
    }

    /// Returns the desired state by which a deleted instance is made again.
    #[must_use]
    pub fn made_again(&self) -> Self {
        let meant = self.clone().meant();
        Self { state: meant.lasting_state(), failure_reason: None, ..meant }
    }

    /// Returns the state in which it comes to rest, where that is one that can be asked for.
    fn lasting_state(&self) -> Field<NotebookInstanceState> {
        match self.state.value().map(NotebookInstanceState::at_rest) {
            Some(rest @ (NotebookInstanceState::InService | NotebookInstanceState::Stopped)) => Field::Set(rest),
            Some(
                NotebookInstanceState::Failed | NotebookInstanceState::Deleting | NotebookInstanceState::Changing(_),
            )
            | None => Field::Absent,
        }
    }

    fn update(&mut self, update: &NotebookInstanceUpdate) {
        let NotebookInstanceUpdate {
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
        } = update;
        macro_rules! set {
            ($($field:ident),*) => { $(self.$field = $field.or_live(&self.$field);)* };
        }
        set!(instance_type, role_arn, volume_size_in_gb, platform_identifier, lifecycle_config_name, root_access);
        set!(ip_address_type, minimum_instance_metadata_service_version, default_code_repository);
        set!(additional_code_repositories);
    }
}

impl NotebookInstanceOperation {
    /// Returns the state that the call leaves behind once it has come to rest; `known` says what the instance is called where
    /// there was none before.
    pub fn effect(&self, before: Option<&NotebookInstance>, known: &NotebookInstance) -> Option<NotebookInstance> {
        let mut instance = before.cloned().unwrap_or_else(|| known.identity());
        match self {
            Self::Create { instance: created, tags } => {
                instance = NotebookInstance {
                    tags: Tags::live(tags.clone()),
                    state: Field::Set(NotebookInstanceState::InService),
                    ..created.as_ref().clone().with_service_defaults()
                };
            }
            Self::Update { name: _, update } => {
                instance.update(update);
                instance = instance.with_service_defaults();
            }
            Self::Start { name: _ } => instance.state = Field::Set(NotebookInstanceState::InService),
            Self::Stop { name: _ } => instance.state = Field::Set(NotebookInstanceState::Stopped),
            Self::Delete { name: _ } => return None,
            Self::Tag { arn: _, tags } => instance.tags.set_all(tags),
            Self::Untag { arn: _, keys } => instance.tags.remove_all(keys),
        }
        Some(instance)
    }
}

//! Random desired and live states of every kind.

use std::collections::BTreeSet;

use iam_policy::{Policy, Scope};
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use proptest::sample::select;
use reconcile_core::field::Field;
use reconcile_core::resource::cluster::{ClusterSpec, ClusterState};
use reconcile_core::resource::lifecycle_config::Script;
use reconcile_core::resource::notebook::{Content, Format, Language, OnRemoteChange};
use reconcile_core::resource::notebook_instance::{NotebookInstanceState, Toggle};
use reconcile_core::resource::policy::PolicyVersion;
use reconcile_core::resource::{
    Cluster, InstanceProfile, LifecycleConfig, ManagedPolicy, Notebook, NotebookInstance, Registration, Resource, Role,
    Tags,
};
use serde_json::{Map, Value, json};

/// A desired state, and a live one of the same resource in full.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) desired: Resource,
    pub(crate) live: Resource,
}

/// One of any kind.
pub(crate) fn pair() -> impl Strategy<Value = Pair> {
    prop_oneof![
        roles(),
        policies(),
        instance_profiles(),
        lifecycle_configs(),
        notebook_instances(),
        registrations(),
        clusters(),
        notebooks()
    ]
}

/// A live cluster of a spec.
pub(crate) fn cluster_of(spec: Value) -> Resource {
    let Value::Object(spec) = spec else { panic!("a spec is an object") };
    Resource::Cluster(Cluster { spec: ClusterSpec(spec), ..bare_cluster() })
}

fn pairs<T: std::fmt::Debug>(
    desired: impl Strategy<Value = T>,
    live: impl Strategy<Value = T>,
    make: fn(T) -> Resource,
) -> impl Strategy<Value = Pair> {
    (desired, live).prop_map(move |(desired, live)| Pair { desired: make(desired), live: make(live) })
}

/// A field of a desired state.
fn desired<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Field<T>> {
    prop_oneof![Just(Field::Absent), Just(Field::Null), value.prop_map(Field::Set)]
}

/// A field that the services never unset.
fn given<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Field<T>> {
    prop_oneof![Just(Field::Absent), value.prop_map(Field::Set)]
}

/// A field of a live state.
fn live<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Field<T>> {
    prop_oneof![Just(Field::Null), value.prop_map(Field::Set)]
}

fn set<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Field<T>> {
    value.prop_map(Field::Set)
}

fn word() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(word(), 0..3)
}

fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() }
}

fn policy() -> impl Strategy<Value = Policy> {
    let document = |action: &str| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
    select(vec!["s3:GetObject", "s3:PutObject", "iam:GetRole"])
        .prop_map(move |action| Policy::parse(&document(action).to_string(), &scope()).expect("a policy"))
}

fn trust() -> impl Strategy<Value = Policy> {
    let document = |service: &str| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}]})
    };
    select(vec!["ec2.amazonaws.com", "sagemaker.amazonaws.com"])
        .prop_map(move |service| Policy::parse(&document(service).to_string(), &scope()).expect("a policy"))
}

fn desired_tags() -> impl Strategy<Value = Tags> {
    btree_map(word(), proptest::option::of(word()), 0..3).prop_map(Tags)
}

fn live_tags() -> impl Strategy<Value = Tags> {
    let owner = proptest::option::of(select(vec!["lab", "other"]));
    (btree_map(word(), word(), 0..3), owner).prop_map(|(tags, owner)| {
        Tags::live(tags.into_iter().chain(owner.map(|owner| ("reconcile:owner".to_owned(), owner.to_owned()))))
    })
}

fn arn(resource: &str) -> String {
    format!("arn:aws:iam::111122223333:{resource}/it")
}

fn path() -> impl Strategy<Value = String> {
    select(vec!["/", "/x/"]).prop_map(str::to_owned)
}

prop_compose! {
    fn role()(
        path in set(path()), description in live(word()), seconds in set(3600_u32..3603),
        boundary in live(word()), trust in set(trust()), attached in set(words()),
        inline in set(btree_map(word(), policy().prop_map(Some), 0..3)), tags in live_tags(),
    ) -> Role {
        Role { path, description, max_session_duration: seconds, permissions_boundary: boundary, trust_policy: trust,
            managed_policies: attached, inline_policies: inline, tags, instance_profiles: Field::Set(BTreeSet::new()),
            ..Role::named("it".to_owned(), arn("role")) }
    }
}

prop_compose! {
    fn desired_role()(
        path in given(path()), description in desired(word()), seconds in given(3600_u32..3603),
        boundary in desired(word()), trust in trust(), attached in given(words()),
        inline in given(btree_map(word(), proptest::option::of(policy()), 0..3)), tags in desired_tags(),
        existing: bool,
    ) -> Role {
        let role = Role { existing, path, description, max_session_duration: seconds, permissions_boundary: boundary,
            trust_policy: Field::Set(trust), managed_policies: attached, inline_policies: inline, tags,
            ..Role::named("it".to_owned(), arn("role")) };
        if existing { Role { path: Field::Absent, tags: Tags::default(), ..role } } else { role }
    }
}

fn roles() -> impl Strategy<Value = Pair> {
    pairs(desired_role(), role(), Resource::Role)
}

prop_compose! {
    fn managed_policy()(
        path in set(path()), description in live(word()), document in set(policy()), tags in live_tags(), old in policy(),
        count in 0_usize..5,
    ) -> ManagedPolicy {
        let versions = (1..=count).map(|number| PolicyVersion { id: format!("v{number}"), document: Some(old.clone()) });
        ManagedPolicy { path, description, document, tags, versions: Field::Set(versions.collect()),
            ..ManagedPolicy::named("it".to_owned(), arn("policy")) }
    }
}

prop_compose! {
    fn desired_policy()(path in given(path()), document in set(policy()), tags in desired_tags()) -> ManagedPolicy {
        ManagedPolicy { path, document, tags, ..ManagedPolicy::named("it".to_owned(), arn("policy")) }
    }
}

fn policies() -> impl Strategy<Value = Pair> {
    pairs(desired_policy(), managed_policy(), Resource::ManagedPolicy)
}

fn instance_profiles() -> impl Strategy<Value = Pair> {
    let named =
        |(path, role, tags)| InstanceProfile { name: "it".to_owned(), arn: arn("instance-profile"), path, role, tags };
    let wanted = (given(path()), desired(word()), desired_tags()).prop_map(named);
    pairs(wanted, (set(path()), live(word()), live_tags()).prop_map(named), Resource::InstanceProfile)
}

fn script() -> impl Strategy<Value = Script> {
    prop_oneof![
        select(vec!["#!/bin/sh\n", "#!/bin/sh\r\ntrue"]).prop_map(|text| Script::new(text.as_bytes().to_vec())),
        Just(Script::new(vec![0xff, 0xfe, b'\n'])),
    ]
}

fn lifecycle_configs() -> impl Strategy<Value = Pair> {
    let named = |(on_create, on_start, tags)| LifecycleConfig {
        name: "it".to_owned(),
        arn: arn("config"),
        on_create,
        on_start,
        tags,
    };
    let wanted = (desired(script()), desired(script()), desired_tags()).prop_map(named);
    pairs(wanted, (live(script()), live(script()), live_tags()).prop_map(named), Resource::LifecycleConfig)
}

fn toggle() -> impl Strategy<Value = Toggle> {
    select(vec![Toggle::Enabled, Toggle::Disabled])
}

fn instance_state() -> impl Strategy<Value = NotebookInstanceState> {
    select(vec![NotebookInstanceState::InService, NotebookInstanceState::Stopped])
}

fn instance() -> NotebookInstance {
    NotebookInstance::named("it".to_owned(), arn("notebook-instance"))
}

prop_compose! {
    fn live_instance()(
        instance_type in set(word()), role_arn in set(word()), volume in set(5_u32..8), platform in set(word()),
        lifecycle in live(word()), subnet in live(word()), groups in set(words()), root in set(toggle()),
        repository in live(word()), repositories in set(words()), state in set(instance_state()), tags in live_tags(),
    ) -> NotebookInstance {
        NotebookInstance { instance_type, role_arn, volume_size_in_gb: volume, platform_identifier: platform,
            lifecycle_config_name: lifecycle, subnet_id: subnet, security_group_ids: groups, root_access: root,
            kms_key_id: Field::Null, default_code_repository: repository, additional_code_repositories: repositories,
            state, tags, ..instance() }.with_service_defaults()
    }
}

prop_compose! {
    fn desired_instance()(
        instance_type in set(word()), role_arn in set(word()), volume in given(5_u32..8), platform in given(word()),
        lifecycle in desired(word()), subnet in desired(word()), groups in given(words()), root in given(toggle()),
        repository in desired(word()), repositories in given(words()), state in given(instance_state()),
        tags in desired_tags(),
    ) -> NotebookInstance {
        NotebookInstance { instance_type, role_arn, volume_size_in_gb: volume, platform_identifier: platform,
            lifecycle_config_name: lifecycle, subnet_id: subnet, security_group_ids: groups, root_access: root,
            default_code_repository: repository, additional_code_repositories: repositories, state, tags, ..instance() }
    }
}

fn notebook_instances() -> impl Strategy<Value = Pair> {
    pairs(desired_instance(), live_instance(), Resource::NotebookInstance)
}

fn registrations() -> impl Strategy<Value = Pair> {
    let of = |(iam_role_arn, is_meta_instance_profile)| Registration {
        instance_profile_arn: arn("instance-profile"),
        iam_role_arn,
        is_meta_instance_profile,
        skip_validation: false,
    };
    let wanted = (desired(word()), given(any::<bool>())).prop_map(of);
    pairs(wanted, (live(word()), set(any::<bool>())).prop_map(of), Resource::Registration)
}

fn bare_cluster() -> Cluster {
    Cluster {
        name: "it".to_owned(),
        cluster_id: Field::Set("0101".to_owned()),
        single_node: false,
        spec: ClusterSpec::default(),
        custom_tags: Tags::default(),
        pinned: Field::Set(false),
        state: Field::Set(ClusterState::Running),
        termination: None,
        starts_with: Field::Absent,
    }
}

fn spec(unset: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = ClusterSpec> {
    let text = move || prop_oneof![word().prop_map(Value::from), unset.clone()];
    let workers = prop_oneof![
        (0..3).prop_map(|n| json!({"num_workers": n, "autoscale": null})),
        (1..3).prop_map(|n| json!({"num_workers": null, "autoscale": {"min_workers": n, "max_workers": 5}}))
    ];
    let conf = btree_map(word(), word(), 0..3).prop_map(|conf| json!(conf));
    (word(), text(), workers, conf, text(), text()).prop_map(|(version, engine, workers, conf, zone, profile)| {
        let mut spec = Map::new();
        spec.insert("spark_version".to_owned(), json!(version));
        spec.insert("policy_id".to_owned(), engine);
        spec.extend(workers.as_object().cloned().unwrap_or_default());
        spec.insert("spark_conf".to_owned(), conf);
        spec.insert("aws_attributes".to_owned(), json!({"zone_id": zone, "instance_profile_arn": profile}));
        ClusterSpec(spec)
    })
}

fn cluster_state() -> impl Strategy<Value = ClusterState> {
    select(vec![ClusterState::Running, ClusterState::Terminated])
}

fn clusters() -> impl Strategy<Value = Pair> {
    let of = |(spec, custom_tags, pinned, state)| Cluster { spec, custom_tags, pinned, state, ..bare_cluster() };
    let unset = Just(Value::Null);
    let wanted = (spec(unset.clone()), desired_tags(), given(any::<bool>()), given(cluster_state())).prop_map(of);
    let wanted = wanted.prop_map(|cluster| Cluster { cluster_id: Field::Absent, ..cluster });
    let found = (spec(unset), live_tags(), set(any::<bool>()), set(cluster_state())).prop_map(of);
    pairs(wanted, found, Resource::Cluster)
}

fn notebooks() -> impl Strategy<Value = Pair> {
    let language = || select(vec![Language::Python, Language::Sql]);
    let content = |text: String| Content::read(text.as_bytes(), Format::Source, Language::Python).expect("text");
    let of = move |(text, language): (String, Language)| Notebook {
        path: "/Shared/it".to_owned(),
        content: Field::Set(content(text)),
        language: Field::Set(language),
        format: Format::Source,
        on_remote_change: OnRemoteChange::Overwrite,
    };
    let of = std::sync::Arc::new(of);
    let (wanted, found) = (std::sync::Arc::clone(&of), of);
    pairs(
        (word(), language()).prop_map(move |drawn| wanted(drawn)),
        (word(), language()).prop_map(move |drawn| found(drawn)),
        Resource::Notebook,
    )
}

//! What is asked for: one resource and one call of each kind, with everything in it that an answer is compared with.

use reconcile_core::field::Field;
use reconcile_core::resource::cluster::{ClusterSpec, ClusterTarget};
use reconcile_core::resource::notebook::{Content, Format, Language, OnRemoteChange};
use reconcile_core::resource::{
    Cluster, ClusterOperation, Notebook, NotebookOperation, Operation, Registration, RegistrationOperation, Resource,
    Tags,
};
use serde_json::json;

/// A secret that requests carry, and that no answer has to tell.
pub(super) const SECRET_OF_A_REQUEST: &str = "hunter2-variable";

const PROFILE: &str = "arn:aws:iam::111122223333:instance-profile/lab";

/// What is read.
pub(super) fn resources() -> Vec<Resource> {
    let by_name = cluster(Field::Absent);
    let single = Cluster { single_node: true, ..cluster(Field::Set("1123-1".to_owned())) };
    vec![
        Resource::Registration(registration()),
        Resource::Cluster(by_name),
        Resource::Cluster(single),
        Resource::Notebook(notebook(Format::Source)),
        Resource::Notebook(notebook(Format::Jupyter)),
    ]
}

/// What is called: one of each way in which an answer is read.
pub(super) fn operations() -> Vec<Operation> {
    let created = ClusterOperation::Create {
        name: "lab".to_owned(),
        spec: spec(),
        idempotency_token: "t".to_owned(),
        awaits_running: false,
    };
    let imported = NotebookOperation::Import {
        path: "/Shared/lab".to_owned(),
        content: content(Format::Source),
        language: Some(Language::Python),
        format: Format::Source,
        overwrite: true,
    };
    vec![
        RegistrationOperation::Add { registration: registration() }.into(),
        created.into(),
        ClusterOperation::Start { target: ClusterTarget::Id("1123-1".to_owned()) }.into(),
        imported.into(),
        NotebookOperation::Delete { path: "/Shared/lab".to_owned() }.into(),
    ]
}

fn registration() -> Registration {
    Registration {
        instance_profile_arn: PROFILE.to_owned(),
        iam_role_arn: Field::Null,
        is_meta_instance_profile: Field::Set(false),
        skip_validation: false,
    }
}

fn cluster(cluster_id: Field<String>) -> Cluster {
    Cluster {
        name: "lab".to_owned(),
        cluster_id,
        single_node: false,
        spec: spec(),
        custom_tags: Tags([("team".to_owned(), Some("a".to_owned()))].into()),
        pinned: Field::Set(true),
        state: Field::Absent,
        termination: None,
        starts_with: Field::Absent,
    }
}

fn spec() -> ClusterSpec {
    let spec = json!({
        "spark_version": "16.4.x-scala2.12",
        "node_type_id": "i3.xlarge",
        "driver_node_type_id": "i3.xlarge",
        "num_workers": 1,
        "autoscale": null,
        "autotermination_minutes": 0,
        "data_security_mode": "SINGLE_USER",
        "single_user_name": "someone@example.com",
        "runtime_engine": null,
        "spark_conf": {"spark.a": "1"},
        "spark_env_vars": {"TOKEN": SECRET_OF_A_REQUEST},
        "aws_attributes": {"instance_profile_arn": PROFILE, "zone_id": "auto", "first_on_demand": null},
        "docker_image": {"url": "registry.example.com/a:1", "basic_auth": {"username": "me", "password": SECRET_OF_A_REQUEST}},
        "init_scripts": [{"workspace": {"destination": "/Shared/init.sh"}}],
        "cluster_log_conf": null,
        "ssh_public_keys": [],
        "workload_type": {"clients": {"notebooks": true, "jobs": false}},
    });
    serde_json::from_value(spec).expect("a spec")
}

fn notebook(format: Format) -> Notebook {
    Notebook {
        path: "/Shared/lab".to_owned(),
        content: Field::Set(content(format)),
        language: if format == Format::Source { Field::Set(Language::Python) } else { Field::Absent },
        format,
        on_remote_change: OnRemoteChange::Ask,
    }
}

fn content(format: Format) -> Content {
    let text = match format {
        Format::Source => "# Databricks notebook source\nprint(1)\n",
        Format::Jupyter => r#"{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#,
    };
    Content::read(text.as_bytes(), format, Language::Python).expect("a notebook")
}

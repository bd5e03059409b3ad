//! `${…}` in values and keys.

use rstest::rstest;

use super::{Trial, codes, resolved, said, with_head};

fn name_of(reference: &str) -> String {
    let body = format!(
        "variables: {{empty: '', a: x}}\niam:\n  roles:\n    r: {{name: Role, path: /p/, trust_policy: {{Statement: {{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: 'sts:AssumeRole'}}}}}}\n    other: {{existing: true}}\n  instance_profiles:\n    p: {{role: \"${{iam.roles.r.name}}\"}}\nsagemaker:\n  notebook_instances:\n    n: {{name: Note-1, instance_type: ml.t3.medium, role_arn: \"${{iam.roles.r.arn}}\"}}\ndatabricks:\n  instance_profiles:\n    d: {{instance_profile_arn: \"${{iam.instance_profiles.p.arn}}\"}}\n  clusters:\n    c: {{name: \"{reference}\", spark_version: 16.4.x-scala2.12, node_type_id: m, num_workers: 1}}\n  notebooks:\n    nb: {{path: /Workspace/x, source: x.py}}\n"
    );
    let manifest =
        Trial::default().file("x.py", "1").resolve(&with_head(&body)).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let cluster = manifest.resources.iter().find(|declared| declared.address.id() == "c").expect("the cluster");
    cluster.resource.name().to_owned()
}

#[rstest]
#[case("${var.a}-${var.empty}b", "x-b")]
#[case("${aws.account_id}.${aws.region}.${aws.partition}", "111122223333.us-east-1.aws")]
#[case("${iam.roles.r.name}", "Role")]
#[case("${iam.roles.r.arn}", "arn:aws:iam::111122223333:role/p/Role")]
#[case("${iam.roles.other.arn}", "arn:aws:iam::111122223333:role/other")]
#[case("${iam.instance_profiles.p.arn}", "arn:aws:iam::111122223333:instance-profile/p")]
#[case("${sagemaker.notebook_instances.n.arn}", "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/note-1")]
#[case("${databricks.instance_profiles.d.name}", "arn:aws:iam::111122223333:instance-profile/p")]
#[case("${databricks.instance_profiles.d.arn}", "arn:aws:iam::111122223333:instance-profile/p")]
#[case("${databricks.notebooks.nb.name}", "/x")]
#[case("${aws:username}/${*}/$${var.a}", "${aws:username}/${*}/${var.a}")]
fn a_reference_is_resolved(#[case] reference: &str, #[case] value: &str) {
    assert_eq!(name_of(reference), value);
}

#[test]
fn a_variable_that_is_a_whole_scalar_is_what_its_text_says() {
    let body = "variables: {size: 20, yes: true}\nsagemaker:\n  notebook_instances:\n    n: {instance_type: ml.t3.medium, role_arn: \"arn:aws:iam::111122223333:role/x\", volume_size_in_gb: \"${var.size}\", protect: \"${var.yes}\"}\n";
    let manifest = resolved(body);
    let declared = manifest.resources.first().expect("an instance");
    assert!(declared.protect);
    let crate::resource::Resource::NotebookInstance(instance) = &declared.resource else { panic!("another kind") };
    assert_eq!(instance.volume_size_in_gb.value(), Some(&20));
}

#[test]
fn keys_are_resolved_too() {
    let body =
        "variables: {k: team}\niam:\n  instance_profiles:\n    p: {tags: {\"${var.k}\": ml, \"${aws.region}-x\": y}}\n";
    let tags = resolved(body).resources.first().and_then(|declared| declared.resource.tags().cloned()).expect("tags");
    assert_eq!(tags.0.keys().collect::<Vec<_>>(), ["team", "us-east-1-x"]);
    assert_eq!(codes("variables: {k: team}\ntags: {team: a, \"${var.k}\": b}\n"), ["duplicate-key"]);
}

#[test]
fn what_refers_to_nothing() {
    let body = "variables: {cluster_role: x}\niam:\n  roles:\n    cluster: {existing: true, name: \"${var.cluster_rol}\"}\n  instance_profiles:\n    a: {role: \"${iam.roles.clustr.name}\"}\n    b: {role: \"${iam.roles.cluster.id}\"}\n    c: {role: \"${aws.account}\"}\n    d: {role: \"${}\"}\n    e: {role: \"${var.x\"}\n    f: {role: \"${ var.cluster_role }\"}\n    g: {role: \"${zebra}\"}\n";
    insta::assert_snapshot!(said(body), @r#"
    lab.yaml:6:37: error[unknown-reference]: `${var.cluster_rol}` refers to nothing in this manifest
    6 |     cluster: {existing: true, name: "${var.cluster_rol}"}
      |                                     ^^^^^^^^^^^^^^^^^^^^
    help: did you mean `var.cluster_role`?
    help: write `$${` for a literal `${`

    lab.yaml:8:15: error[unknown-reference]: `${iam.roles.clustr.name}` refers to nothing in this manifest
    8 |     a: {role: "${iam.roles.clustr.name}"}
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: did you mean `iam.roles.cluster.name`?
    help: write `$${` for a literal `${`

    lab.yaml:9:15: error[unknown-reference]: `${iam.roles.cluster.id}` refers to nothing in this manifest
    9 |     b: {role: "${iam.roles.cluster.id}"}
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^
    help: did you mean `iam.roles.cluster.arn`?
    help: write `$${` for a literal `${`

    lab.yaml:10:15: error[unknown-reference]: `${aws.account}` refers to nothing in this manifest
    10 |     c: {role: "${aws.account}"}
       |               ^^^^^^^^^^^^^^^^
    help: did you mean `aws.account_id`?
    help: write `$${` for a literal `${`

    lab.yaml:11:15: error[unknown-reference]: `${}` refers to nothing in this manifest
    11 |     d: {role: "${}"}
       |               ^^^^^
    help: known are var.NAME, aws.account_id, aws.region, aws.partition, and .name and .arn of a resource such as iam.roles.ID; the variables are cluster_role
    help: write `$${` for a literal `${`

    lab.yaml:12:15: error[unclosed-reference]: a `${` without its `}`
    12 |     e: {role: "${var.x"}
       |               ^^^^^^^^^
    help: write `$${` for a literal `${`

    lab.yaml:13:15: error[unknown-reference]: `${ var.cluster_role }` refers to nothing in this manifest
    13 |     f: {role: "${ var.cluster_role }"}
       |               ^^^^^^^^^^^^^^^^^^^^^^^
    help: did you mean `var.cluster_role`?
    help: write `$${` for a literal `${`

    lab.yaml:14:15: error[unknown-reference]: `${zebra}` refers to nothing in this manifest
    14 |     g: {role: "${zebra}"}
       |               ^^^^^^^^^^
    help: known are var.NAME, aws.account_id, aws.region, aws.partition, and .name and .arn of a resource such as iam.roles.ID; the variables are cluster_role
    help: write `$${` for a literal `${`
    "#);
}

#[test]
fn a_cluster_has_no_arn() {
    let body = "databricks:\n  clusters:\n    c: {name: \"${databricks.notebooks.n.arn}\", spark_version: 16.4.x-scala2.12, node_type_id: m, num_workers: 1, policy_id: \"${databricks.clusters.c.arn}\"}\n  notebooks:\n    n: {path: /x, source: x.py}\n";
    insta::assert_snapshot!(Trial::default().file("x.py", "1").said(&with_head(body)), @r#"
    lab.yaml:5:15: error[no-arn]: a notebook has no ARN
    5 |     c: {name: "${databricks.notebooks.n.arn}", spark_version: 16.4.x-scala2.12, node_type_id: m, num…
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: `${databricks.notebooks.n.name}` is its name

    lab.yaml:5:125: error[no-arn]: a cluster has no ARN
    5 | …m, num_workers: 1, policy_id: "${databricks.clusters.c.arn}"}
      |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: `${databricks.clusters.c.name}` is its name
    "#);
}

#[test]
fn a_circle_is_reported_once_and_names_its_members() {
    let body = "iam:\n  instance_profiles:\n    a: {name: \"${iam.instance_profiles.b.name}\"}\n    b: {name: \"x-${iam.instance_profiles.a.name}\"}\n    c: {name: \"${iam.instance_profiles.c.arn}\"}\n";
    insta::assert_snapshot!(said(body), @r#"
    lab.yaml:5:15: error[circular-reference]: `${iam.instance_profiles.b.name}` leads back to itself
    5 |     a: {name: "${iam.instance_profiles.b.name}"}
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: iam.instance_profiles.b.name → iam.instance_profiles.a.name → iam.instance_profiles.b.name

    lab.yaml:7:15: error[circular-reference]: `${iam.instance_profiles.c.arn}` leads back to itself
    7 |     c: {name: "${iam.instance_profiles.c.arn}"}
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: iam.instance_profiles.c.arn → iam.instance_profiles.c.name → iam.instance_profiles.c.arn
    "#);
}

#[test]
fn a_long_chain_is_refused_before_it_is_too_deep() {
    let profile = |number: u32| match number.checked_sub(1) {
        None => "    p0: {name: x}\n".to_owned(),
        Some(before) => format!("    p{number}: {{name: \"${{iam.instance_profiles.p{before}.name}}\"}}\n"),
    };
    // The last one comes first, so that nothing is known yet when it is looked at.
    let profiles = (0..10_000).rev().map(profile).collect::<Vec<_>>().concat();
    let text = format!("iam:\n  instance_profiles:\n{profiles}");
    assert!(codes(&text).contains(&"circular-reference"));
}

#[test]
fn one_mistake_hides_no_other_and_is_said_once() {
    let body = "iam:\n  roles:\n    r: {existing: true, name: \"${var.nope}\"}\n  instance_profiles:\n    a: {role: \"${iam.roles.r.name}\", path: x}\n    b: {role: \"${iam.roles.r.name}\"}\n";
    assert_eq!(codes(body), ["unknown-reference", "wrong-form"]);
}

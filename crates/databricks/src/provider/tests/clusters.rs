use rstest::rstest;

use super::*;

fn spec() -> Value {
    json!({
        "spark_version": "15.4.x-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 1,
        "autotermination_minutes": 60,
    })
}

fn with(field: &str, value: Value) -> Resource {
    let mut wanted = cluster(spec());
    wanted.spec.0.insert(field.to_owned(), value);
    Resource::Cluster(wanted)
}

/// Makes a cluster behind the provider's back; returns its id.
async fn make(lab: &Lab, name: &str) -> String {
    let mut body = spec();
    body["cluster_name"] = Value::from(name);
    let answer = lab.behind_the_back("clusters/create", ApiVersion::V2_1, body).await;
    answer["cluster_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_labs_cluster_is_created_and_agrees_at_once() {
    let lab = Lab::start().await;
    lab.converge(&Resource::Registration(registration())).await;
    let wanted = Cluster {
        single_node: true,
        custom_tags: Tags([("ResourceClass".to_owned(), Some("SingleNode".to_owned()))].into()),
        ..cluster(json!({
            "spark_version": "15.4.x-cpu-ml-scala2.12",
            "node_type_id": "i3.xlarge",
            "num_workers": 0,
            "runtime_engine": "STANDARD",
            "autotermination_minutes": 120,
            "aws_attributes": {"instance_profile_arn": PROFILE, "zone_id": "auto"},
        }))
    };
    assert_eq!(lab.converge(&Resource::Cluster(wanted)).await, "clusters/create");
}

#[tokio::test]
async fn a_plan_of_one_cluster_takes_a_list_and_a_get() {
    let mut lab = Lab::start().await;
    let wanted = Resource::Cluster(cluster(spec()));
    lab.converge(&wanted).await;
    lab.second_run();
    lab.sandbox.clear_calls();
    lab.read(&wanted).await;
    assert_eq!(lab.calls(), ["clusters/list", "clusters/get"]);
    lab.sandbox.clear_calls();
    lab.read(&wanted.identity()).await;
    assert_eq!(lab.calls(), ["clusters/get"]);
}

/// Whatever is changed behind the tool's back is found under its path, and repaired by one call.
#[rstest]
#[case::version("spark_version", json!("15.4.x-scala2.12"), json!("16.4.x-scala2.12"), "spark_version", "clusters/update")]
#[case::size("num_workers", json!(1), json!(2), "num_workers", "clusters/resize")]
#[case::minutes("autotermination_minutes", json!(60), json!(30), "autotermination_minutes", "clusters/update")]
#[case::never("autotermination_minutes", json!(0), json!(30), "autotermination_minutes", "clusters/update")]
#[case::engine("runtime_engine", json!("STANDARD"), json!("PHOTON"), "runtime_engine", "clusters/update")]
#[case::availability("aws_attributes", json!({"availability": "ON_DEMAND"}), json!({"availability": "SPOT"}), "aws_attributes.availability", "clusters/update")]
#[case::conf("spark_conf", json!({"spark.a": "1"}), json!({"spark.a": "1", "spark.b": "2"}), "spark_conf", "clusters/update")]
#[case::variables("spark_env_vars", json!({"A": "1"}), json!({"A": "2"}), "spark_env_vars", "clusters/update")]
#[case::mode("data_security_mode", json!("SINGLE_USER"), json!("USER_ISOLATION"), "data_security_mode", "clusters/update")]
#[case::disk("enable_elastic_disk", json!(true), json!(false), "enable_elastic_disk", "clusters/update")]
#[case::scripts("init_scripts", json!([{"workspace": {"destination": "/Shared/a.sh"}}]), json!([]), "init_scripts", "clusters/update")]
#[tokio::test]
async fn a_field_changed_by_hand_is_found_and_repaired(
    #[case] field: &str,
    #[case] wanted: Value,
    #[case] by_hand: Value,
    #[case] path: &str,
    #[case] repair: &str,
) {
    let lab = Lab::start().await;
    let wanted = with(field, wanted);
    assert_eq!(lab.converge(&wanted).await, "clusters/create");
    let Reading::Present(live) = lab.read(&wanted.identity()).await else { panic!("it was created") };
    let Resource::Cluster(Cluster { cluster_id: Field::Set(id), .. }) = *live else { panic!("it has an id") };
    let body = json!({"cluster_id": id, "update_mask": field, "cluster": {field: by_hand}});
    lab.behind_the_back("clusters/update", ApiVersion::V2_1, body).await;
    assert_eq!(lab.difference(&wanted).await.1, path);
    assert_eq!(lab.converge(&wanted).await, repair);
}

#[tokio::test]
async fn what_is_to_be_unset_is_unset() {
    let lab = Lab::start().await;
    lab.converge(&with("spark_conf", json!({"spark.a": "1"}))).await;
    assert_eq!(lab.converge(&with("spark_conf", Value::Null)).await, "clusters/update");
    lab.converge(&with("aws_attributes", json!({"first_on_demand": 2, "zone_id": "us-east-1b"}))).await;
    let unset = with("aws_attributes", json!({"first_on_demand": null, "zone_id": "us-east-1b"}));
    assert_eq!(lab.difference(&unset).await.1, "aws_attributes.first_on_demand");
    assert_eq!(lab.converge(&unset).await, "clusters/update");
}

#[tokio::test]
async fn a_cluster_scales_and_stops_scaling_without_a_restart() {
    let lab = Lab::start().await;
    let scales = |autoscale: Value, workers: Value| {
        let mut wanted = cluster(spec());
        wanted.spec.0.insert("num_workers".to_owned(), workers);
        wanted.spec.0.insert("autoscale".to_owned(), autoscale);
        Resource::Cluster(wanted)
    };
    lab.converge(&scales(Value::Null, json!(1))).await;
    let autoscale = json!({"min_workers": 1, "max_workers": 3});
    assert_eq!(lab.converge(&scales(autoscale, Value::Null)).await, "clusters/resize");
    assert_eq!(lab.converge(&scales(Value::Null, json!(2))).await, "clusters/resize");
}

#[tokio::test]
async fn run_state_and_pin_are_brought_about() {
    let mut lab = Lab::start().await;
    let wanted = |state: ClusterState, pinned: bool| {
        Resource::Cluster(Cluster { state: Field::Set(state), pinned: Field::Set(pinned), ..cluster(spec()) })
    };
    let calls = lab.converge(&wanted(ClusterState::Terminated, true)).await;
    assert_eq!(calls, "clusters/create clusters/pin clusters/delete");
    lab.second_run();
    let calls = lab.converge(&wanted(ClusterState::Running, false)).await;
    assert_eq!(calls, "clusters/unpin clusters/start");
}

#[tokio::test]
async fn a_lost_answer_of_a_creation_makes_no_twin() {
    let mut lab = Lab::start().await;
    lab.inject("clusters/create", 1, FaultKind::CutAfter);
    let wanted = Resource::Cluster(Cluster { pinned: Field::Set(true), ..cluster(spec()) });
    let (operations, _) = lab.difference(&wanted).await;
    for operation in &operations {
        lab.provider.apply(operation).await.unwrap();
    }
    lab.second_run();
    assert_eq!(lab.difference(&wanted).await.0, []);
    assert_eq!(lab.writes(), "clusters/create clusters/create clusters/pin");
}

#[tokio::test]
async fn a_secret_that_is_repeated_in_a_refusal_is_masked() {
    let lab = Lab::start().await;
    let message = "invalid spark_env_vars: PASSWORD=hunter2hunter2".to_owned();
    lab.inject("clusters/create", 1, FaultKind::Status { status: 400, code: "BAD_REQUEST".to_owned(), message });
    let (operations, _) = lab.difference(&with("spark_env_vars", json!({"PASSWORD": "hunter2hunter2"}))).await;
    let refused = lab.provider.apply(&operations[0]).await.unwrap_err();
    assert_eq!(refused.message, "invalid spark_env_vars: PASSWORD=(secret)");
}

#[tokio::test]
async fn a_name_is_found_on_whichever_page_it_stands() {
    let mut lab = Lab::start().await;
    for number in 0..120 {
        make(&lab, &format!("crowd-{number}")).await;
    }
    let wanted = Resource::Cluster(Cluster { name: "zuletzt".to_owned(), ..cluster(spec()) });
    lab.converge(&wanted).await;
    lab.second_run();
    lab.sandbox.clear_calls();
    assert_eq!(lab.difference(&wanted).await.0, []);
    assert_eq!(lab.calls(), ["clusters/list", "clusters/list", "clusters/get"]);
}

#[tokio::test]
async fn several_of_a_name_need_an_id_to_choose_by() {
    let lab = Lab::start().await;
    let ids = [make(&lab, "lab").await, make(&lab, "lab").await];
    let wanted = cluster(spec());
    let reading = lab.read(&Resource::Cluster(wanted.clone())).await;
    let Reading::Failed(failure) = reading else { panic!("it is ambiguous") };
    assert!(ids.iter().all(|id| failure.message.contains(id)), "{failure}");
    let [_, second] = ids;
    let chosen = Cluster { cluster_id: Field::Set(second), ..wanted };
    assert_eq!(lab.difference(&Resource::Cluster(chosen)).await.0, []);
}

/// A cluster that was found by its name and is gone since is looked for again.
#[tokio::test]
async fn an_id_that_is_remembered_does_not_outlive_its_cluster() {
    let lab = Lab::start().await;
    let first = make(&lab, "lab").await;
    let wanted = Resource::Cluster(cluster(spec()));
    assert_eq!(lab.difference(&wanted).await.0, []);
    lab.behind_the_back("clusters/permanent-delete", ApiVersion::V2_1, json!({"cluster_id": first})).await;
    assert_eq!(lab.read(&wanted).await, Reading::Absent);
    make(&lab, "lab").await;
    assert_eq!(lab.difference(&wanted).await.0, []);
}

#[tokio::test]
async fn an_id_that_does_not_exist_is_never_created() {
    let lab = Lab::start().await;
    let wanted = Cluster { cluster_id: Field::Set("1123-000000-nowhere1".to_owned()), ..cluster(spec()) };
    let Reading::Failed(failure) = lab.read(&Resource::Cluster(wanted)).await else { panic!("it does not exist") };
    assert_eq!(failure.kind, FailureKind::NotFound);
}

#[tokio::test]
async fn a_pin_on_a_cluster_that_this_run_did_not_make_says_so() {
    let lab = Lab::start().await;
    let wanted = Resource::Cluster(Cluster { pinned: Field::Set(true), ..cluster(spec()) });
    let (operations, _) = lab.difference(&wanted).await;
    let failure = lab.provider.apply(&operations[1]).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unexpected);
    assert_eq!(lab.writes(), "");
}

//! Random manifests: of all kinds and all fields, and valid by construction.
//!
//! Ids and names come from a small fixed set, so that two random manifests are about the same things: applying one and then
//! the other drifts every field of every kind. What one id decides for good are the choices that cannot be changed in the
//! service without being made anew under the same name (a path, a node pool in the place of node types).

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use reconcile_core::id::AwsScope;
use reconcile_core::manifest::{Document, Files, Inputs, Manifest};
use serde_json::{Map, Value, json};

use crate::documents;
use crate::random::Random;

/// The manifest's name, which is the owner of what it makes.
pub(crate) const OWNER: &str = "proof";

/// A manifest and the files it names.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) text: Value,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Files for Draft {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

impl Draft {
    /// The manifest as the tool reads it.
    pub(crate) fn resolved(&self, scope: &AwsScope) -> Manifest {
        let document = Document::parse("proof.yaml", self.to_string().as_bytes()).expect("the layout is right");
        let inputs = Inputs { variables: &BTreeMap::new(), files: self, scope: Some(scope) };
        document.resolve(&inputs).unwrap_or_else(|mistakes| panic!("not valid: {mistakes:#?}\n{self}"))
    }
}

/// As it could be saved: JSON is YAML.
impl std::fmt::Display for Draft {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:#}", self.text)
    }
}

/// How much of everything a manifest says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fullness {
    /// Some resources, some fields.
    Random,
    /// Every resource with every field: what it takes to read the whole state.
    Everything,
}

/// Makes a manifest.
pub(crate) fn draft(random: &mut Random, fullness: Fullness) -> Draft {
    let mut maker = Maker { random, fullness, files: BTreeMap::new() };
    let text = maker.manifest();
    Draft { text, files: maker.files }
}

struct Maker<'a> {
    random: &'a mut Random,
    fullness: Fullness,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

const POLICIES: [(&str, &str); 3] = [("p0", "/"), ("p1", "/data/"), ("p2", "/")];
const ROLES: [(&str, &str); 4] = [("r0", "/"), ("r1", "/jobs/"), ("r2", "/"), ("r3", "/")];
const PROFILES: [(&str, &str); 2] = [("i0", "/"), ("i1", "/workers/")];
const LIFECYCLES: [&str; 2] = ["l0", "l1"];
const INSTANCES: [&str; 2] = ["n0", "n1"];
const CLUSTERS: [&str; 4] = ["k0", "k1", "k2", "k3"];
const NOTEBOOKS: [&str; 3] = ["b0", "b1", "b2"];

/// A resource's fields.
type Fields = Map<String, Value>;

impl Maker<'_> {
    fn is_in(&mut self, chance: usize) -> bool {
        self.fullness == Fullness::Everything || self.random.percent(chance)
    }

    /// Sets a field, or leaves it unmanaged.
    fn maybe(&mut self, fields: &mut Fields, name: &str, value: impl FnOnce(&mut Self) -> Value) {
        if self.is_in(65) {
            let value = value(self);
            fields.insert(name.to_owned(), value);
        }
    }

    fn pick(&mut self, choices: &[Value]) -> Value {
        self.random.pick(choices)
    }

    fn manifest(&mut self) -> Value {
        let mut iam = Fields::new();
        let policies: Vec<_> = POLICIES.into_iter().filter(|_| self.is_in(65)).collect();
        let roles: Vec<_> = ROLES.into_iter().filter(|(id, _)| *id == "r0" || self.is_in(65)).collect();
        iam.insert("policies".to_owned(), policies.iter().map(|policy| self.policy(*policy)).collect());
        let mut all_roles: Map<_, _> = roles.iter().map(|role| self.role(*role, &policies)).collect();
        all_roles.extend([self.workspace_role()]);
        iam.insert("roles".to_owned(), Value::Object(all_roles));
        let profiles: Vec<_> = PROFILES.into_iter().filter(|_| self.is_in(65)).collect();
        iam.insert(
            "instance_profiles".to_owned(),
            profiles.iter().map(|profile| self.profile(*profile, &roles)).collect(),
        );

        let lifecycles: Vec<_> = LIFECYCLES.into_iter().filter(|_| self.is_in(65)).collect();
        let instances: Vec<_> = INSTANCES.into_iter().filter(|_| self.is_in(65)).collect();
        let sagemaker = json!({
            "lifecycle_configs": lifecycles.iter().map(|id| self.lifecycle(id)).collect::<Value>(),
            "notebook_instances": instances.iter().map(|id| self.instance(id, &roles, &lifecycles)).collect::<Value>(),
        });

        let registered: Vec<_> = profiles.iter().map(|(id, _)| *id).filter(|_| self.is_in(75)).collect();
        let clusters: Vec<_> = CLUSTERS.into_iter().filter(|_| self.is_in(55)).collect();
        let notebooks: Vec<_> = NOTEBOOKS.into_iter().filter(|_| self.is_in(65)).collect();
        let databricks = json!({
            "instance_profiles": registered.iter().map(|id| self.registration(id)).collect::<Value>(),
            "clusters": clusters.iter().map(|id| self.cluster(id, &registered)).collect::<Value>(),
            "notebooks": notebooks.iter().map(|id| self.notebook(id)).collect::<Value>(),
        });
        let mut manifest =
            json!({"version": 1, "name": OWNER, "iam": iam, "sagemaker": sagemaker, "databricks": databricks});
        if self.is_in(50) {
            manifest["tags"] = json!({"project": self.pick(&[json!("a"), json!("b")])});
        }
        manifest
    }

    fn tags(&mut self) -> Value {
        let mut tags = Fields::new();
        for key in self.random.some(&["team", "cost-center", "stage"]) {
            tags.insert(key.to_owned(), self.random.pick(&[json!("one"), json!("two"), json!("x=1 y"), Value::Null]));
        }
        Value::Object(tags)
    }

    fn policy(&mut self, (id, path): (&str, &str)) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("name".to_owned(), json!(format!("proof-{id}")));
        fields.insert("path".to_owned(), json!(path));
        fields.insert("document".to_owned(), documents::identity(self.random));
        // It is fixed at creation, so every manifest says the same.
        self.maybe(&mut fields, "description", |_| json!("made by a test"));
        self.maybe(&mut fields, "tags", Self::tags);
        (id.to_owned(), Value::Object(fields))
    }

    fn role(&mut self, (id, path): (&str, &str), policies: &[(&str, &str)]) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("name".to_owned(), json!(format!("proof-{id}")));
        fields.insert("trust_policy".to_owned(), documents::trust(self.random));
        self.maybe(&mut fields, "path", |_| json!(path));
        if path != "/" {
            fields.insert("path".to_owned(), json!(path));
        }
        self.maybe(&mut fields, "description", |maker| maker.pick(&[json!("one"), json!("two: ü"), Value::Null]));
        self.maybe(&mut fields, "max_session_duration", |maker| {
            maker.pick(&[json!(3600), json!(7200), json!(43200), Value::Null])
        });
        self.maybe(&mut fields, "permissions_boundary", |maker| {
            maker.pick(&[json!("PowerUserAccess"), json!("AmazonS3FullAccess"), Value::Null, Value::Null])
        });
        self.maybe(&mut fields, "managed_policies", |maker| {
            let ours = policies.iter().map(|(id, _)| format!("${{iam.policies.{id}.arn}}"));
            let theirs = ["AmazonS3ReadOnlyAccess", "AmazonSageMakerFullAccess", "service-role/AWSGlueServiceRole"];
            let all: Vec<_> = ours.chain(theirs.map(str::to_owned)).collect();
            json!(maker.random.some(&all))
        });
        self.maybe(&mut fields, "inline_policies", Self::inline_policies);
        self.maybe(&mut fields, "tags", Self::tags);
        (id.to_owned(), Value::Object(fields))
    }

    fn inline_policies(&mut self) -> Value {
        let names = self.random.some(&["alpha", "beta", "gamma"]);
        names.into_iter().map(|name| (name.to_owned(), self.inline_policy())).collect()
    }

    /// A policy as YAML, as a text, or in a file.
    fn inline_policy(&mut self) -> Value {
        let document = documents::identity(self.random);
        match self.random.below(4) {
            0 => json!(document.to_string()),
            1 => json!({"file": self.file("json", document.to_string().into_bytes())}),
            _ => document,
        }
    }

    /// Somebody else's role, which has to be able to pass ours.
    fn workspace_role(&mut self) -> (String, Value) {
        let pass = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::${aws.account_id}:role/*",
                "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}],
        });
        let mut inline = json!({"pass-proof": pass});
        for name in self.random.some(&["delta", "epsilon"]) {
            inline[name] = if self.random.percent(40) { Value::Null } else { documents::identity(self.random) };
        }
        let role = json!({"name": "databricks-cross-account-role", "existing": true, "inline_policies": inline});
        ("workspace".to_owned(), role)
    }

    fn role_of(&mut self, roles: &[(&str, &str)], field: &str) -> Value {
        let (id, _) = self.random.pick(roles);
        json!(format!("${{iam.roles.{id}.{field}}}"))
    }

    fn profile(&mut self, (id, path): (&str, &str), roles: &[(&str, &str)]) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("name".to_owned(), json!(format!("proof-{id}")));
        fields.insert("path".to_owned(), json!(path));
        // A profile that is registered and launched with has to hold a role.
        fields.insert("role".to_owned(), self.role_of(roles, "name"));
        self.maybe(&mut fields, "tags", Self::tags);
        (id.to_owned(), Value::Object(fields))
    }

    fn lifecycle(&mut self, id: &str) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("name".to_owned(), json!(format!("proof-{id}")));
        self.maybe(&mut fields, "on_create", Self::script);
        self.maybe(&mut fields, "on_start", Self::script);
        self.maybe(&mut fields, "tags", Self::tags);
        (id.to_owned(), Value::Object(fields))
    }

    fn script(&mut self) -> Value {
        let text = self.random.pick(&[
            "#!/bin/bash\nset -eu\necho one\n",
            "#!/bin/sh\ntrue\n",
            "#!/bin/bash\necho 'ü $HOME'\n",
        ]);
        match self.random.below(4) {
            0 => Value::Null,
            1 => json!({"file": self.file("sh", text.as_bytes().to_vec())}),
            _ => json!(text),
        }
    }

    fn file(&mut self, ending: &str, bytes: Vec<u8>) -> String {
        let name = format!("files/{}.{ending}", self.files.len());
        self.files.insert(PathBuf::from(&name), bytes);
        name
    }

    fn instance(&mut self, id: &str, roles: &[(&str, &str)], lifecycles: &[&str]) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("name".to_owned(), json!(format!("proof-{id}")));
        fields.insert("role_arn".to_owned(), self.role_of(roles, "arn"));
        let types = ["ml.t3.medium", "ml.t3.large", "ml.m5.xlarge", "ml.c5.xlarge"];
        fields.insert("instance_type".to_owned(), json!(self.random.pick(&types)));
        self.maybe(&mut fields, "volume_size_in_gb", |maker| {
            maker.pick(&[json!(5), json!(20), json!(50), Value::Null])
        });
        self.maybe(&mut fields, "platform_identifier", |_| json!("notebook-al2023-v1"));
        self.maybe(&mut fields, "lifecycle_config_name", |maker| {
            let names = lifecycles.iter().map(|id| json!(format!("${{sagemaker.lifecycle_configs.{id}.name}}")));
            maker.pick(&names.chain([Value::Null]).collect::<Vec<_>>())
        });
        self.network(&mut fields);
        let toggles = [json!("Enabled"), json!("Disabled"), Value::Null];
        self.maybe(&mut fields, "root_access", |maker| maker.pick(&toggles));
        self.maybe(&mut fields, "ip_address_type", |maker| {
            maker.pick(&[json!("ipv4"), json!("dualstack"), Value::Null])
        });
        self.maybe(&mut fields, "minimum_instance_metadata_service_version", |maker| {
            maker.pick(&[json!("1"), json!("2"), Value::Null])
        });
        let repositories =
            ["https://git.example.com/a.git", "https://git.example.com/b.git", "https://git.example.com/c.git"];
        self.maybe(&mut fields, "default_code_repository", |maker| {
            maker.pick(&[json!("https://git.example.com/main.git"), Value::Null])
        });
        self.maybe(&mut fields, "additional_code_repositories", |maker| json!(maker.random.some(&repositories)));
        self.maybe(&mut fields, "state", |maker| maker.pick(&[json!("running"), json!("stopped")]));
        self.maybe(&mut fields, "tags", Self::tags);
        (id.to_owned(), Value::Object(fields))
    }

    /// What is fixed at creation, as a whole: a difference makes the instance anew.
    fn network(&mut self, fields: &mut Fields) {
        if !self.is_in(40) {
            return;
        }
        let inside = self.random.percent(50);
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if inside {
            set("subnet_id", json!("subnet-0a1b2c3d"));
            set("security_group_ids", json!(["sg-0a1b2c3d", "sg-4e5f6a7b"]));
            set("direct_internet_access", json!("Disabled"));
        } else {
            set("subnet_id", Value::Null);
            set("security_group_ids", json!([]));
            set("direct_internet_access", Value::Null);
        }
        set("kms_key_id", if inside { json!("alias/proof") } else { Value::Null });
    }

    fn registration(&mut self, profile: &str) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("instance_profile_arn".to_owned(), json!(format!("${{iam.instance_profiles.{profile}.arn}}")));
        self.maybe(&mut fields, "iam_role_arn", |_| Value::Null);
        self.maybe(&mut fields, "is_meta_instance_profile", |maker| {
            maker.pick(&[json!(true), json!(false), Value::Null])
        });
        self.maybe(&mut fields, "skip_validation", |maker| maker.pick(&[json!(true), json!(false)]));
        (profile.to_owned(), Value::Object(fields))
    }

    fn notebook(&mut self, id: &str) -> (String, Value) {
        let (ending, format, language) = match id {
            "b0" => ("py", "SOURCE", "PYTHON"),
            "b1" => ("sql", "SOURCE", "SQL"),
            _ => ("ipynb", "JUPYTER", "PYTHON"),
        };
        let bytes = documents::notebook(self.random, format, language);
        let mut fields = Fields::new();
        // Two lie in one folder, and the third above them.
        let folder = if id == "b0" { "/Shared/proof" } else { "/Shared/proof/deeper" };
        fields.insert("path".to_owned(), json!(format!("{folder}/{id}")));
        fields.insert("source".to_owned(), json!(self.file(ending, bytes)));
        fields.insert("format".to_owned(), json!(format));
        if format == "SOURCE" {
            self.maybe(&mut fields, "language", |_| json!(language));
        }
        self.maybe(&mut fields, "on_remote_change", |maker| {
            maker.pick(&[json!("ask"), json!("overwrite"), json!("keep")])
        });
        (id.to_owned(), Value::Object(fields))
    }

    fn cluster(&mut self, id: &str, registered: &[&str]) -> (String, Value) {
        let mut fields = Fields::new();
        fields.insert("name".to_owned(), json!(format!("proof-{id}")));
        self.maybe(&mut fields, "custom_tags", Self::tags);
        self.maybe(&mut fields, "pinned", |maker| maker.pick(&[json!(true), json!(false), Value::Null]));
        self.maybe(&mut fields, "state", |maker| maker.pick(&[json!("running"), json!("terminated")]));
        fields.extend(crate::clusters::spec(self.random, self.fullness, id, registered));
        (id.to_owned(), Value::Object(fields))
    }
}

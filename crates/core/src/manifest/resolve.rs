//! A parsed file to the desired resources.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use super::decode::{self, Decoder};
use super::diagnostic::{Diagnostic, Diagnostics, Place, Reporter};
use super::interpolate::Interpolator;
use super::node::{Entry, Node, Value, excerpt};
use super::reader::{self, ObjectReader};
use super::{Declaration, Declared, Document, Inputs, Manifest, ignore, tags};
use crate::id::Kind;
use crate::resource::tags::TagCase;
use crate::resource::{
    Cluster, InstanceProfile, LifecycleConfig, ManagedPolicy, Notebook, NotebookInstance, Registration, Resource, Role,
    Tags,
};

/// The most default tags: no kind takes more.
const MOST_DEFAULT_TAGS: usize = 50;

/// The longest name of a manifest.
const LONGEST_NAME: usize = 63;

impl Document {
    /// Inserts variables and references, reads the named files, and checks every field of every resource.
    ///
    /// Fails with everything that is wrong, in the order of the file; warnings come along with the manifest.
    pub fn resolve(&self, inputs: &Inputs<'_>) -> Result<Manifest, Diagnostics> {
        let found = RefCell::new(self.mistakes.clone());
        let reporter = Reporter::new(Arc::clone(&self.file), &found);
        let mut missing = Diagnostics::default();
        let values = self.variables.values(inputs.variables, &reporter, &mut missing);
        found.borrow_mut().extend(missing);
        let settings = self.read_providers(&values, &reporter);
        let scope = inputs.scope.cloned().unwrap_or_else(|| settings.stand_in_scope());
        let interpolator = Interpolator::new(&reporter, &values, &scope, &self.declarations);
        let name = self.read_name(&interpolator, &reporter).unwrap_or_default();
        let decoder = Decoder {
            scope: &scope,
            default_tags: &self.read_default_tags(&interpolator, &reporter),
            files: inputs.files,
            folder: Path::new(&*self.file).parent().unwrap_or(Path::new("")),
            interpolator: &interpolator,
            found: &found,
        };
        let decode = |declaration| decode_one(declaration, &decoder, &reporter);
        let resources: Vec<_> = self.declarations.iter().filter_map(decode).collect();
        check_unique(&resources, &found);
        let mut all = found.take();
        all.hide_lines(&self.file, &self.secret_lines);
        all.into_result((name, resources)).map(|((name, resources), warnings)| Manifest { name, resources, warnings })
    }

    fn read_name(&self, interpolator: &Interpolator<'_>, reporter: &Reporter<'_>) -> Option<String> {
        let node = interpolator.tree(self.name.as_ref()?);
        let name = reader::text(&node, reporter)?;
        let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit());
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if starts && name.len() <= LONGEST_NAME && name.bytes().all(allowed) {
            return Some(name);
        }
        let message = format!("`{}` cannot be a manifest's name", excerpt(&name));
        let help = format!(
            "a name has small letters, digits and -, starts with no -, and has at most {LONGEST_NAME} characters"
        );
        reporter.report(node.span, Diagnostic::error("wrong-form", message).with_help(help));
        None
    }

    fn read_default_tags(&self, interpolator: &Interpolator<'_>, reporter: &Reporter<'_>) -> Tags {
        let Some(node) = self.tags.as_ref().filter(|node| !matches!(node.value, Value::Null)) else {
            return Tags::default();
        };
        let node = interpolator.tree(node);
        let tags = tags::read(&node, reporter).unwrap_or_default();
        tags::check(&tags, MOST_DEFAULT_TAGS, TagCase::Kept, Some(&node), reporter);
        tags
    }
}

fn decode_one(declaration: &Declaration, decoder: &Decoder<'_>, reporter: &Reporter<'_>) -> Option<Declared> {
    let Declaration { address, span, node } = declaration;
    let node = decoder.interpolator.tree(node);
    let noun = address.kind().noun();
    let article = if noun.starts_with('i') { "an" } else { "a" };
    let found_before = decoder.found.borrow().len();
    let mut object = ObjectReader::open(&node, *span, &format!("{article} {noun}"), reporter)?;
    let declared = decode::Declared { id: address.id(), span: *span };
    let resource = match address.kind() {
        Kind::IamPolicy => ManagedPolicy::decode(&mut object, &declared, decoder).map(Resource::ManagedPolicy),
        Kind::IamRole => Role::decode(&mut object, &declared, decoder).map(Resource::Role),
        Kind::IamInstanceProfile => {
            InstanceProfile::decode(&mut object, &declared, decoder).map(Resource::InstanceProfile)
        }
        Kind::SagemakerLifecycleConfig => {
            LifecycleConfig::decode(&mut object, &declared, decoder).map(Resource::LifecycleConfig)
        }
        Kind::SagemakerNotebookInstance => {
            NotebookInstance::decode(&mut object, &declared, decoder).map(Resource::NotebookInstance)
        }
        Kind::DatabricksInstanceProfile => Registration::decode(&mut object).map(Resource::Registration),
        Kind::DatabricksCluster => Cluster::decode(&mut object, &declared, decoder).map(Resource::Cluster),
        Kind::DatabricksNotebook => Notebook::decode(&mut object, decoder).map(Resource::Notebook),
    };
    let protect = object.switch("protect");
    let ignore = ignore::read(&mut object);
    object.finish();
    let silenced = decoder.found.borrow_mut().silence(found_before, &ignore);
    Some(Declared {
        address: address.clone(),
        resource: resource?,
        protect,
        ignore,
        silenced,
        place: reporter.place(*span),
        field_places: field_places(&node, reporter),
    })
}

/// The places of the fields and of what is in them, one level deep: finer ones nobody asks for.
fn field_places(node: &Node, reporter: &Reporter<'_>) -> BTreeMap<String, Place> {
    let mut places = BTreeMap::new();
    for Entry { key, value } in node.entries() {
        places.insert(key.text.clone(), reporter.place(key.span));
        for inner in value.entries() {
            places.insert(format!("{}.{}", key.text, inner.key.text), reporter.place(inner.key.span));
        }
    }
    places
}

/// Two resources of a manifest cannot be the same one. IAM's names ignore case.
fn check_unique(resources: &[Declared], found: &RefCell<Diagnostics>) {
    let mut first = HashMap::new();
    for declared in resources {
        let kind = declared.address.kind();
        let key = declared.resource.natural_key();
        let other: Option<&&Declared> = first.get(&key);
        if let Some(other) = other {
            let (own, others) = (declared.resource.name(), other.resource.name());
            let case = if own == others {
                String::new()
            } else {
                format!(", since `{others}` and `{own}` differ in case only")
            };
            let message = format!("{} and {} are the same {}{case}", other.address, declared.address, kind.noun());
            let diagnostic = Diagnostic::error("same-resource", message).at(declared.place.clone());
            found.borrow_mut().push(diagnostic.with_label(other.place.clone(), "the first one is here"));
        } else {
            first.insert(key, declared);
        }
    }
}

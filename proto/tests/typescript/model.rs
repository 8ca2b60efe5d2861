//! The types of the JSON form, as the schema's fields and comments say them.

use crate::form::{self, Form, LeftOut, Writing};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::source_code_info::Location;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// The package that pages are told in.
const PACKAGE: &str = "chot.live.v1";

/// What a value may be.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Number,
    Text,
    Flag,
    Words(Vec<String>),
    Named(String),
    List(Box<Kind>),
    OrNull(Box<Kind>),
    Variant,
    Axes,
    Packs,
}

/// A field, as it is written.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) may_be_missing: bool,
    pub(crate) says: String,
}

/// What stands behind a name.
pub(crate) enum Shape {
    Fields(Vec<Field>),
    /// Tags, each with the message that it goes with.
    Union(Vec<(String, String)>),
    Words(Vec<String>),
}

/// A type with a name.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) shape: Shape,
}

/// All types, in the order of the schemas; closed lists of words before the message that says them.
pub(crate) fn types() -> Vec<Named> {
    let schemas = protox::compile(form::FILES, [env!("CARGO_MANIFEST_DIR")]);
    let schemas = schemas.expect("the build compiled them too").file;
    let of = |path: &str| schemas.iter().find(|file| file.name() == path);
    let files = form::FILES.map(|path| of(path).expect("it is compiled"));
    let files: Vec<_> = files.into_iter().filter(|file| file.package() == PACKAGE).collect();
    let parts: Vec<String> = files.iter().flat_map(|file| written_within_others(file)).collect();
    let mut types = Vec::new();
    for file in files {
        let comments = Comments(file);
        for (at, message) in (0..).zip(&file.message_type) {
            if parts.iter().all(|part| part != message.name()) {
                add(&mut types, &comments, at, message);
            }
        }
    }
    types
}

/// Messages that are never objects of their own: axes and packs.
fn written_within_others(file: &FileDescriptorProto) -> Vec<String> {
    let mut names = Vec::new();
    for message in &file.message_type {
        let path = format!(".{PACKAGE}.{}", message.name());
        let fields = message.field.iter();
        let parts =
            fields.filter(|f| matches!(Form::of(&path, f).writing, Writing::Axes | Writing::Packs));
        names.extend(parts.map(|field| short(field.type_name())));
    }
    names
}

fn add(types: &mut Vec<Named>, comments: &Comments<'_>, at: i32, message: &DescriptorProto) {
    let named =
        |shape| Named { name: message.name().to_owned(), says: comments.of(&[4, at]), shape };
    if message.oneof_decl.iter().any(|oneof| !oneof.name().starts_with('_')) {
        let tagged = |field: &FieldDescriptorProto| {
            assert!(field.oneof_index.is_some(), "{}: a tag beside others", message.name());
            (field.name().to_owned(), short(field.type_name()))
        };
        types.push(named(Shape::Union(message.field.iter().map(tagged).collect())));
        return;
    }
    let mut fields = Vec::new();
    for (nth, field) in (0..).zip(&message.field) {
        let remark = Remark::read(&comments.of(&[4, at, 2, nth]));
        if let (Some(name), Some(words)) = (&remark.list, &remark.words) {
            let says = String::new();
            types.push(Named { name: name.clone(), says, shape: Shape::Words(words.clone()) });
        }
        fields.push(field_of(message.name(), field, remark));
    }
    types.push(named(Shape::Fields(fields)));
}

fn field_of(message: &str, field: &FieldDescriptorProto, remark: Remark) -> Field {
    let path = format!(".{PACKAGE}.{message}");
    let form = Form::of(&path, field);
    let is_repeated = field.label() == Label::Repeated;
    let kind = match form.writing {
        Writing::Variant => Kind::Variant,
        Writing::Axes => Kind::Axes,
        Writing::Packs => Kind::Packs,
        Writing::Decimal => Kind::Number,
        Writing::Time | Writing::Hex => Kind::Text,
        Writing::Plain => plain(field, &remark),
    };
    let whole = matches!(form.writing, Writing::Variant | Writing::Axes | Writing::Packs);
    let kind = if is_repeated && !whole { Kind::List(Box::new(kind)) } else { kind };
    let kind = if form.is_lifted_by_null() { Kind::OrNull(Box::new(kind)) } else { kind };
    let may_be_missing = match form.left_out {
        // Every message can be missing from a protobuf; whether it is, `optional` says.
        LeftOut::Unsaid => field.proto3_optional() || remark.may_be_left_out,
        LeftOut::Empty => true,
        LeftOut::Never => remark.may_be_left_out,
    };
    Field { name: form.name, kind, may_be_missing, says: remark.rest }
}

fn plain(field: &FieldDescriptorProto, remark: &Remark) -> Kind {
    match field.r#type() {
        Type::Bool => Kind::Flag,
        Type::Message => Kind::Named(short(field.type_name())),
        Type::String => match (&remark.list, &remark.words) {
            (Some(list), _) => Kind::Named(list.clone()),
            (None, Some(words)) => Kind::Words(words.clone()),
            (None, None) => Kind::Text,
        },
        Type::Double | Type::Uint32 | Type::Uint64 | Type::Int64 | Type::Sint64 => Kind::Number,
        other => panic!("{}: how is {other:?} written in JSON?", field.name()),
    }
}

/// `Order` of `.chot.live.v1.Order`.
fn short(path: &str) -> String {
    path.rsplit('.').next().expect("a split has a part").to_owned()
}

/// What a field's comment says: what is meant for here, and the rest for people.
#[derive(Default)]
struct Remark {
    /// The name of a closed list of words.
    list: Option<String>,
    /// The words, where they are said here.
    words: Option<Vec<String>>,
    may_be_left_out: bool,
    rest: String,
}

impl Remark {
    fn read(comment: &str) -> Self {
        let mut remark = Self::default();
        let mut rest = Vec::new();
        for part in comment.split("; ") {
            if let Some(said) = part.strip_prefix("words") {
                let (name, words) = said.split_once(':').unwrap_or((said, ""));
                let words = words.split(", ").map(|word| word.trim().to_owned());
                let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
                remark.list = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
                remark.words = Some(words).filter(|words| !words.is_empty());
            } else if part == "may be left out" {
                remark.may_be_left_out = true;
            } else {
                rest.push(part);
            }
        }
        remark.rest = rest.join("; ");
        remark
    }
}

/// The comments of a file.
struct Comments<'a>(&'a FileDescriptorProto);

impl Comments<'_> {
    /// Before what has this path, or behind it on its line; empty if there is none.
    fn of(&self, path: &[i32]) -> String {
        let info = self.0.source_code_info.as_ref().expect("kept with the descriptors");
        let at = |location: &&Location| location.path == path;
        let Some(location) = info.location.iter().find(at) else {
            return String::new();
        };
        let said = [location.leading_comments(), location.trailing_comments()];
        let words = said.iter().flat_map(|comment| comment.split_whitespace());
        words.collect::<Vec<_>>().join(" ")
    }
}

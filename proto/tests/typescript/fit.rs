//! Whether a JSON value has the type that pages expect.

use crate::model::{Field, Kind, Named, Shape};
use serde_json::{Map, Value};

/// What is wrong with a value of the type with this name.
pub(crate) fn fits(types: &[Named], name: &str, value: &Value) -> Result<(), String> {
    let named = types.iter().find(|named| named.name == name);
    let named = named.ok_or_else(|| format!("no type {name}"))?;
    match (&named.shape, value) {
        (Shape::Words(words), value) => one_of(words, value),
        (Shape::Fields(of), Value::Object(object)) => fields(types, of, object),
        (Shape::Union(tags), Value::Object(object)) => {
            let mut object = object.clone();
            let tag = object.remove("type");
            let known = tags.iter().find(|(known, _)| tag == Some(known.as_str().into()));
            let (_, message) = known.ok_or_else(|| format!("{tag:?} is no type of {name}"))?;
            fits(types, message, &Value::Object(object))
        }
        (_, value) => Err(format!("{value} is no {name}")),
    }
}

fn fields(types: &[Named], of: &[Field], object: &Map<String, Value>) -> Result<(), String> {
    for name in object.keys() {
        if of.iter().all(|field| field.name != *name) {
            return Err(format!("{name} is not known"));
        }
    }
    for field in of {
        let fit = match object.get(&field.name) {
            Some(value) => is(types, &field.kind, value),
            None if field.may_be_missing => Ok(()),
            None => Err("missing".into()),
        };
        fit.map_err(|wrong| format!("{}: {wrong}", field.name))?;
    }
    Ok(())
}

fn is(types: &[Named], kind: &Kind, value: &Value) -> Result<(), String> {
    let every = |kind: &Kind| match value {
        Value::Array(values) => values.iter().try_for_each(|value| is(types, kind, value)),
        value => Err(format!("{value} is no list")),
    };
    let fit = match kind {
        Kind::Number => value.is_number(),
        Kind::Text => value.is_string(),
        Kind::Flag => value.is_boolean(),
        Kind::Words(words) => return one_of(words, value),
        Kind::Named(name) => return fits(types, name, value),
        Kind::List(of) => return every(of),
        Kind::OrNull(_) if value.is_null() => true,
        Kind::OrNull(of) => return is(types, of, value),
        Kind::Variant => return every(&Kind::OrNull(Box::new(Kind::Text))),
        Kind::Axes => return every(&Kind::List(Box::new(Kind::Text))),
        Kind::Packs => value.as_object().is_some_and(|o| o.values().all(Value::is_number)),
    };
    if fit { Ok(()) } else { Err(format!("{value} is no {kind:?}")) }
}

fn one_of(words: &[String], value: &Value) -> Result<(), String> {
    let known = words.iter().any(|word| value.as_str() == Some(word));
    if known { Ok(()) } else { Err(format!("{value} is none of {words:?}")) }
}

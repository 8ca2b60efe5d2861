//! The types as a TypeScript file.

use crate::model::{Field, Kind, Named, Shape};
use std::fmt::Write;

/// Comments that are longer than a line stand in the schema alone.
const COMMENT_CHARS_MAX: usize = 110;

/// What the file begins with.
const HEAD: &str = "\
// Generated from proto/chot/live/v1 by `CHOT_GOLDEN=write cargo test -p proto --test typescript`.
// What is said over sockets and HTTP, in its JSON form: quantities are numbers in the item's unit,
// times are RFC 3339 in UTC, bytes are hexadecimal. A field with `?` is left out where nothing is
// to be said.
";

/// The whole file.
pub(crate) fn page(types: &[Named]) -> String {
    let mut page = HEAD.to_owned();
    for named in types {
        page.push('\n');
        comment(&mut page, "", &named.says);
        let name = &named.name;
        match &named.shape {
            Shape::Words(words) => {
                line(&mut page, format_args!("export type {name} = {}", union(words)));
            }
            Shape::Union(tags) => {
                line(&mut page, format_args!("export type {name} ="));
                for (tag, message) in tags {
                    line(&mut page, format_args!("  | ({{ type: '{tag}' }} & {message})"));
                }
            }
            Shape::Fields(fields) => {
                line(&mut page, format_args!("export interface {name} {{"));
                fields.iter().for_each(|of| field(&mut page, of));
                page.push_str("}\n");
            }
        }
    }
    page
}

fn field(page: &mut String, field: &Field) {
    comment(page, "  ", &field.says);
    let mark = if field.may_be_missing { "?" } else { "" };
    line(page, format_args!("  {}{mark}: {}", field.name, text(&field.kind)));
}

fn comment(page: &mut String, indent: &str, says: &str) {
    if !says.is_empty() && says.chars().count() <= COMMENT_CHARS_MAX {
        line(page, format_args!("{indent}/** {says} */"));
    }
}

fn line(page: &mut String, what: std::fmt::Arguments<'_>) {
    writeln!(page, "{what}").expect("memory takes all");
}

fn union(words: &[String]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ")
}

fn text(kind: &Kind) -> String {
    match kind {
        Kind::Number => "number".into(),
        Kind::Text => "string".into(),
        Kind::Flag => "boolean".into(),
        Kind::Words(words) => union(words),
        Kind::Named(name) => name.clone(),
        Kind::List(of) => match &**of {
            Kind::Words(words) => format!("({})[]", union(words)),
            of => format!("{}[]", text(of)),
        },
        Kind::OrNull(of) => format!("{} | null", text(of)),
        Kind::Variant => "(string | null)[]".into(),
        Kind::Axes => "string[][]".into(),
        Kind::Packs => "Record<string, number>".into(),
    }
}

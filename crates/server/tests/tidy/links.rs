//! Links between our pages: the file is there, and so is the heading behind the `#`.

use crate::complaint::Complaint;
use crate::tree::File;
use std::path::Path;

/// Relative links of a page that lead nowhere.
pub(crate) fn complaints(file: &File) -> Vec<Complaint> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let text = file.text();
    let links = links(&text).into_iter();
    links
        .filter(|(_, target)| !leads_somewhere(&file.full, target))
        .map(|(line, target)| {
            let says = format!("`{target}` leads nowhere: mend or drop the link");
            Complaint::at(&file.path, line, says)
        })
        .collect()
}

/// The targets of `[text](target)` on this machine, with their lines from 1.
fn links(text: &str) -> Vec<(usize, &str)> {
    let lines = outside_fences(text).flat_map(|(at, line)| {
        let parts = line.split("](").skip(1);
        parts.map(move |part| (at, part.split([')', ' ']).next().unwrap_or_default()))
    });
    let is_elsewhere = |target: &str| target.contains("://") || target.starts_with("mailto:");
    let ours = lines.filter(|(_, target)| !target.is_empty() && !is_elsewhere(target));
    ours.collect()
}

fn leads_somewhere(from: &Path, target: &str) -> bool {
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let to = match path {
        "" => from.to_owned(),
        path => from.parent().expect("a file lies in a folder").join(path),
    };
    if heading.is_empty() || to.extension().is_none_or(|kind| kind != "md") {
        return to.exists();
    }
    let text = std::fs::read_to_string(to).unwrap_or_default();
    outside_fences(&text).any(|(_, line)| line.starts_with('#') && anchor(line) == heading)
}

/// How a heading is linked to: lower case, words apart by `-`, no other signs.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The lines, from 1, that are not in a code block.
fn outside_fences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_fence = false;
    let lines = text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_fence ^= is_fence;
        !in_fence && !is_fence
    });
    lines.map(|(at, line)| (at + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_on_this_machine_are_followed() {
        let check = |text, expected: &[(usize, &str)]| assert_eq!(links(text), expected, "{text}");
        check("see [a](b.md) and\n[c](../d.md#f)", &[(1, "b.md"), (2, "../d.md#f")]);
        check("[a](https://example.org/b.md), [c](#below)", &[(1, "#below")]);
        check("```\n[a](b.md)\n```\n[c](d.md \"e\")", &[(4, "d.md")]);
    }

    #[test]
    fn a_heading_is_linked_to_by_its_words() {
        let check = |heading, expected| assert_eq!(anchor(heading), expected);
        check("## Backup and restore", "backup-and-restore");
        check("### Chốt, đơn & `hàng`", "chốt-đơn--hàng");
    }
}

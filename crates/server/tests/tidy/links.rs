//! Links between our pages.

use crate::complaint::Complaint;
use crate::tree::File;

/// Relative links of a page that lead nowhere.
pub(crate) fn complaints(file: &File) -> Vec<Complaint> {
    if !file.path.ends_with(".md") {
        return Vec::new();
    }
    let dir = file.full.parent().expect("a file lies in a folder");
    let text = file.text();
    let links = links(&text).into_iter();
    links
        .filter(|(_, target)| !dir.join(target).exists())
        .map(|(line, target)| {
            let says = format!("`{target}` leads nowhere: mend or drop the link");
            Complaint::at(&file.path, line, says)
        })
        .collect()
}

/// The targets of `[text](target)` that are paths, without their `#fragment`, with their lines from
/// 1.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_fence = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        if in_fence {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split([')', ' ', '#']).next().unwrap_or_default();
            let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
            if !target.is_empty() && !is_elsewhere {
                found.push((at + 1, target));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_are_followed() {
        let check = |text, expected: &[(usize, &str)]| assert_eq!(links(text), expected, "{text}");
        check(
            "see [a](b.md) and\n[c](../d/e.md#f)",
            &[(1, "b.md"), (2, "../d/e.md")],
        );
        check("[a](https://example.org/b.md), [c](#below)", &[]);
        check("```\n[a](b.md)\n```\n[c](d.md \"e\")", &[(4, "d.md")]);
    }
}

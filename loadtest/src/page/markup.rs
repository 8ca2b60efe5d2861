//! Text on its way into a page.

/// What a browser must not take for markup, in text and within quoted attributes.
pub(crate) fn text(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // A page has no use for these, and neither has who reads it.
            letter if letter.is_control() && letter != '\n' => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A command that can be copied; nothing where there is none.
pub(crate) fn command(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    format!("<p class=\"command\"><code>{}</code></p>\n", text(words))
}

/// A word that says how something ended, in its colour.
pub(crate) fn chip(class: &str, word: &str) -> String {
    format!("<span class=\"chip {class}\">{}</span>", text(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_never_become_markup() {
        assert_eq!(text("a<b>&\"c'\u{7}"), "a&lt;b&gt;&amp;&quot;c&#39; ");
        assert!(command("<script>").contains("&lt;script&gt;"));
        assert_eq!(command(""), "");
    }
}

//! Rust as far as tidy reads it: code apart from comments and strings, test code apart from the
//! rest.

/// A Rust file.
pub(crate) struct Source {
    /// From the top level.
    pub(crate) path: String,
    /// As written.
    pub(crate) lines: Vec<String>,
    /// The same lines, comments and the insides of strings and characters blanked.
    pub(crate) code: Vec<String>,
    /// Every string with its line (from 0), as written between its quotes.
    pub(crate) strings: Vec<(usize, String)>,
    /// True for each line that is only compiled for tests.
    pub(crate) in_test: Vec<bool>,
}

impl Source {
    /// Reads a file of that path.
    pub(crate) fn read(path: &str, text: &str) -> Self {
        let mut reader = Reader::default();
        let chars: Vec<char> = text.chars().collect();
        reader.read(&chars);
        let code: Vec<String> = reader.code.lines().map(str::to_owned).collect();
        let in_test = match is_test_file(path) {
            true => vec![true; code.len()],
            false => test_lines(&code),
        };
        Self {
            path: path.to_owned(),
            lines: text.lines().map(str::to_owned).collect(),
            code,
            strings: reader.strings,
            in_test,
        }
    }

    /// The numbered (from 0) code lines that are part of what runs outside tests.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.iter().enumerate();
        lines.filter(|(at, _)| !self.in_test[*at]).map(|(at, line)| (at, line.as_str()))
    }

    /// The numbered code lines of tests.
    pub(crate) fn tested(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.iter().enumerate();
        lines.filter(|(at, _)| self.in_test[*at]).map(|(at, line)| (at, line.as_str()))
    }
}

/// True for files that only tests and benches compile.
fn is_test_file(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.any(|part| matches!(part, "tests" | "benches" | "tests.rs" | "testing.rs"))
}

/// Marks every item behind a `#[cfg(test)]`, to its closing brace or semicolon.
fn test_lines(code: &[String]) -> Vec<bool> {
    let mut marks = vec![false; code.len()];
    for at in 0..code.len() {
        if code[at].trim_start().starts_with("#[cfg(test)]") {
            let end = item_end(code, at).unwrap_or(code.len() - 1);
            marks[at..=end].fill(true);
        }
    }
    marks
}

/// The line on which the item that begins on line `start` ends: at the brace that closes its first
/// one, or at a semicolon before any brace. Parentheses and brackets hide what is in them.
pub(crate) fn item_end(code: &[String], start: usize) -> Option<usize> {
    let (mut braces, mut others) = (0_i32, 0_i32);
    for (at, line) in code.iter().enumerate().skip(start) {
        for c in line.chars() {
            match c {
                '(' | '[' => others += 1,
                ')' | ']' => others -= 1,
                '{' if others == 0 || braces > 0 => braces += 1,
                '}' if braces > 0 => {
                    braces -= 1;
                    if braces == 0 {
                        return Some(at);
                    }
                }
                ';' if braces == 0 && others == 0 => return Some(at),
                _ => {}
            }
        }
    }
    None
}

/// Copies code and blanks everything else, character by character.
#[derive(Default)]
struct Reader {
    code: String,
    strings: Vec<(usize, String)>,
    line: usize,
}

impl Reader {
    fn read(&mut self, text: &[char]) {
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            at += match rest {
                ['/', '/', ..] => self.blank(line_comment(rest)),
                ['/', '*', ..] => self.blank(&rest[..block_comment(rest)]),
                ['"', ..] => self.string(rest, 1, quoted(&rest[1..])),
                ['\'', ..] => self.quote(rest),
                ['r', '"' | '#', ..] if !self.in_word() => self.raw(rest),
                ['b' | 'c', 'r', '"' | '#', ..] if !self.in_word() => self.raw(rest),
                [c, ..] => self.keep(*c),
                [] => 0,
            };
        }
    }

    fn keep(&mut self, c: char) -> usize {
        self.line += usize::from(c == '\n');
        self.code.push(c);
        1
    }

    /// Blanks `text` but for its line breaks; its length.
    fn blank(&mut self, text: &[char]) -> usize {
        for &c in text {
            self.keep(if c == '\n' { c } else { ' ' });
        }
        text.len()
    }

    /// A string whose quotes are `fence` characters long and whose inside has this length.
    fn string(&mut self, rest: &[char], fence: usize, inside: usize) -> usize {
        let end = (fence + inside).min(rest.len());
        let text: String = rest[fence..end].iter().collect();
        self.strings.push((self.line, text));
        self.code.push('"');
        self.blank(&rest[1..end]);
        self.code.push('"');
        (end + 1).min(rest.len())
    }

    /// A character, or a lifetime.
    fn quote(&mut self, rest: &[char]) -> usize {
        let length = match rest {
            ['\'', '\\', ..] => 1 + quoted_until(&rest[1..], '\'') + 1,
            ['\'', _, '\'', ..] => 3,
            _ => return self.keep('\''),
        };
        self.blank(&rest[..length.min(rest.len())])
    }

    /// A raw string, or a name that begins like one (`r#type`).
    fn raw(&mut self, rest: &[char]) -> usize {
        let prefix = rest.iter().take_while(|c| c.is_alphabetic()).count();
        let hashes = rest[prefix..].iter().take_while(|&&c| c == '#').count();
        let fence = prefix + hashes + 1;
        if rest.get(fence - 1) != Some(&'"') {
            return self.keep(rest[0]);
        }
        let mut end = vec!['"'];
        end.extend(vec!['#'; hashes]);
        let inside = &rest[fence..];
        let length = inside.windows(end.len()).position(|window| window == end);
        let length = length.unwrap_or(inside.len());
        let used = self.string(rest, fence, length);
        used + self.blank(&rest[used..(used + hashes).min(rest.len())])
    }

    /// True if what was kept last belongs to a word that goes on.
    fn in_word(&self) -> bool {
        let last = self.code.chars().next_back();
        last.is_some_and(|c| c.is_alphanumeric() || c == '_')
    }
}

fn line_comment(rest: &[char]) -> &[char] {
    let end = rest.iter().position(|&c| c == '\n').unwrap_or(rest.len());
    &rest[..end]
}

/// The length of a block comment with those inside it.
fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of a string's inside.
fn quoted(inside: &[char]) -> usize {
    quoted_until(inside, '"')
}

fn quoted_until(inside: &[char], quote: char) -> usize {
    let mut at = 0;
    while at < inside.len() && inside[at] != quote {
        at += if inside[at] == '\\' { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads one line and gives its code and its strings.
    fn check(line: &str, code: &str, strings: &[&str]) {
        let source = Source::read("src/x.rs", line);
        assert_eq!(source.code.join("\n"), code, "{line}");
        let found: Vec<_> = source.strings.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, strings, "{line}");
    }

    #[test]
    fn words_are_told_from_code() {
        check("a // b \"c\"", "a         ", &[]);
        check("a /* b /* c */ d */ e", "a                   e", &[]);
        check(r#"f("a\"b", "c")"#, r#"f("    ", " ")"#, &["a\\\"b", "c"]);
        check(r##"r#"a "b" c"# + d"##, "\"         \"  + d", &["a \"b\" c"]);
        check("fn f<'a>(x: &'a str) -> char { '\"' }", "fn f<'a>(x: &'a str) -> char {     }", &[]);
        check(r"'\'' + '\\' + b'{'", "     +      + b   ", &[]);
        check("r#type.bar", "r#type.bar", &[]);
    }

    #[test]
    fn test_code_is_told_from_the_rest() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { '}'; }\n}\nfn c() {}\n";
        let source = Source::read("crates/x/src/a.rs", text);
        assert_eq!(source.in_test, [false, true, true, true, true, false]);
        let source = Source::read("crates/x/src/a.rs", "#[cfg(test)]\nmod tests;\nfn c() {}\n");
        assert_eq!(source.in_test, [true, true, false]);
        let source = Source::read("crates/x/tests/a.rs", "fn c() {}\n");
        assert_eq!(source.in_test, [true]);
    }
}

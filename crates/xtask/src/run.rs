//! Running a command: printed first, its output passed through, its failure named.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's folder, wherever the chore was called from.
pub(crate) fn workspace_root() -> Result<PathBuf> {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crate_dir.ancestors().nth(2);
    let root = root.context("xtask lies two folders below the workspace")?;
    ensure!(
        root.join("Cargo.lock").is_file(),
        "{} is no longer the workspace that this was built in: run it through cargo",
        root.display()
    );
    Ok(root.to_owned())
}

/// Runs `words` in `root` with these environment variables added.
pub(crate) fn run(root: &Path, env: &[(&str, String)], words: &[&str]) -> Result<()> {
    println!("$ {}", written(env, words));
    let program = words.first().context("a command has a program")?;
    let status = command(root, env, words).status();
    let status = status.with_context(|| format!("{program} cannot be started"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

/// The same, to be started by the caller; `words` begin with a program.
pub(crate) fn command(root: &Path, env: &[(&str, String)], words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    // Cargo tells us who we are; a cargo that we start would take that for a change and build what
    // asks for it (ring does) anew, at every turn between the two.
    let all = std::env::vars_os().map(|(name, _)| name);
    for name in all.filter(|name| name.to_str().is_some_and(says_who_we_are)) {
        command.env_remove(name);
    }
    command.args(&words[1..]).current_dir(root);
    command.envs(env.iter().map(|(name, value)| (name, value)));
    command
}

fn says_who_we_are(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| variable.starts_with(prefix))
}

/// True if the command can be started and succeeds; what it prints is dropped.
pub(crate) fn succeeds(words: &[&str]) -> bool {
    words.split_first().is_some_and(|(program, arguments)| {
        let output = Command::new(program).args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    })
}

/// What the command prints, if it succeeds.
pub(crate) fn answer(words: &[&str]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The command as a shell would take it.
pub(crate) fn written(env: &[(&str, String)], words: &[&str]) -> String {
    let env = env.iter().map(|(name, value)| format!("{name}={}", quoted(value)));
    let words = words.iter().map(|word| quoted(word));
    env.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:+,@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_command_can_be_pasted_into_a_shell() {
        let env = [("RUSTDOCFLAGS", "-D warnings".to_owned())];
        let text = written(&env, &["cargo", "doc", "it's"]);
        assert_eq!(text, r"RUSTDOCFLAGS='-D warnings' cargo doc 'it'\''s'");
    }

    #[test]
    fn what_cargo_says_of_us_is_not_said_to_what_we_start() {
        let root = workspace_root().expect("run by cargo");
        let output = command(&root, &[("ADDED", "1".to_owned())], &["env"]).output();
        let said = String::from_utf8(output.expect("it starts").stdout).expect("UTF-8");
        assert!(std::env::var_os("CARGO_PKG_NAME").is_some(), "cargo says who we are");
        assert!(said.contains("ADDED=1") && !said.contains("CARGO_PKG_NAME"), "{said}");
    }

    #[test]
    fn a_failing_command_is_an_error_with_its_name() {
        let root = workspace_root().expect("run by cargo");
        let error = run(&root, &[], &["false"]).expect_err("fails");
        assert!(error.to_string().starts_with("false ended with"), "{error}");
        let error = run(&root, &[], &["no-such-program"]).expect_err("fails");
        assert!(error.to_string().contains("no-such-program"), "{error}");
    }
}

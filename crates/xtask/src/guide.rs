//! The page for the wall: this very build walked through as a new shop would, and printed.

use crate::run::run;
use crate::{screens, setup};
use anyhow::Result;
use std::path::Path;

/// Makes sure of Node, its packages and the browser, builds `chot`, and has the page made of what
/// its screens show now.
pub(crate) fn guide(root: &Path) -> Result<()> {
    setup::pages(root)?;
    let env = screens::program(root)?;
    println!(
        "The first evening of a new shop is walked through, on free ports, in a folder of its"
    );
    println!("own; every step is photographed, and laid out on one page to print.");
    let folder = root.join("target").join("guide").display().to_string();
    run(&root.join(screens::UI), &env, &["node", "tests/guide.mjs", &folder])
}

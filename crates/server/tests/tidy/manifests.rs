//! The workspace as cargo sees it, for the machine that this runs on, without the network.

use crate::tree::root;
use serde_json::Value;
use std::process::Command;

/// All packages that are built.
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
}

/// One of them.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: Option<String>,
    pub(crate) description: String,
    /// Its manifest from the top level, if it is ours.
    pub(crate) manifest: Option<String>,
    /// Names of what it needs in order to be built and to run; not what only its tests need.
    pub(crate) needs: Vec<String>,
    /// The files that its library and its programs begin with.
    pub(crate) roots: Vec<String>,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn read() -> Self {
        let host = answer("rustc", &["-vV"]);
        let host = host.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.expect("rustc says what it runs on");
        let arguments = ["metadata", "--format-version=1", "--frozen", "--filter-platform"];
        let metadata = answer(env!("CARGO"), &[arguments.as_slice(), &[host]].concat());
        let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
        let packages = list(&metadata["packages"]).iter().map(package).collect();
        Self { packages }
    }

    /// The packages of this workspace.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.manifest.is_some())
    }
}

fn package(value: &Value) -> Package {
    let top = root().display().to_string();
    let from_top = |path: &Value| Some(path.as_str()?.strip_prefix(&top)?[1..].to_owned());
    let needs = list(&value["dependencies"]).iter();
    let needs = needs.filter(|dependency| dependency["kind"] != "dev");
    let targets = list(&value["targets"]).iter();
    let begins = |target: &&Value| ["lib", "bin"].iter().any(|kind| target["kind"][0] == *kind);
    let is_ours = value["source"].is_null();
    Package {
        name: text(&value["name"]),
        version: text(&value["version"]),
        licence: value["license"].as_str().map(str::to_owned),
        description: text(&value["description"]),
        manifest: from_top(&value["manifest_path"]).filter(|_| is_ours),
        needs: needs.map(|dependency| text(&dependency["name"])).collect(),
        roots: targets.filter(begins).filter_map(|target| from_top(&target["src_path"])).collect(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn answer(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the tool that built this test is there");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("cargo and rustc write UTF-8")
}

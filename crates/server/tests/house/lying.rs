//! What lies on the machine: files of a folder, a backup on its stick.

use super::House;
use std::path::Path;

/// Every file of a folder, whole.
pub fn files(dir: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else if let Ok(bytes) = std::fs::read(&path) {
            into.push((path.display().to_string(), bytes));
        }
    }
}

/// A backup that is made now, as it lies on its stick.
pub fn backup(house: &House, name: &str) -> Vec<(String, Vec<u8>)> {
    let file = house.path(name);
    let made = house.run(&["backup", "--to", file.to_str().expect("a plain path")]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    vec![(name.to_owned(), std::fs::read(file).expect("is there"))]
}

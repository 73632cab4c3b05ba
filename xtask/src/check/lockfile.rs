//! What `Cargo.lock` says.

use crate::run;

/// One package of the lockfile.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// Null: a path dependency, so one of our own crates.
    pub(super) source: Option<String>,
    /// Names of what it depends on directly.
    pub(super) dependencies: Vec<String>,
}

/// All packages.
pub(super) fn read() -> Result<Vec<Package>, String> {
    let path = run::root().join("Cargo.lock");
    std::fs::read_to_string(&path)
        .map(|text| parse(&text))
        .map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The file is written by cargo in one fixed form: a block a package, a line a value.
fn parse(text: &str) -> Vec<Package> {
    text.split("[[package]]").skip(1).map(package).collect()
}

fn package(block: &str) -> Package {
    let mut package = Package::default();
    for line in block.lines() {
        match line.split_once(" = ") {
            Some(("name", value)) => package.name = unquoted(value),
            Some(("version", value)) => package.version = unquoted(value),
            Some(("source", value)) => package.source = Some(unquoted(value)),
            Some(_) => {}
            // ` "name",` or, where a name occurs twice, ` "name version",`
            None if line.starts_with(' ') => {
                let entry = unquoted(line.trim().trim_end_matches(','));
                package.dependencies.extend(entry.split(' ').next().map(str::to_owned));
            }
            None => {}
        }
    }
    package
}

fn unquoted(value: &str) -> String {
    value.trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Package, parse};

    #[test]
    fn a_block_becomes_a_package() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\nchecksum = \"y\"\n\
                    dependencies = [\n \"b\",\n \"syn 2.0.1\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"0.1.0\"\n";
        let a = Package {
            name: "a".into(),
            version: "1.0.0".into(),
            source: Some("registry+x".into()),
            dependencies: vec!["b".into(), "syn".into()],
        };
        let b = Package { name: "b".into(), version: "0.1.0".into(), ..Package::default() };
        assert_eq!(parse(text), [a, b]);
    }
}

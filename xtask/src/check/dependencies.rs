//! Rules for what we depend on.

use super::lockfile::{self, Package};
use crate::run;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Crates that may be nowhere in the tree, and why.
const NOWHERE: &[(&str, &str)] = &[
    ("openssl-sys", "rustls is the one TLS; OpenSSL needs a system library"),
    ("native-tls", "rustls is the one TLS"),
    ("aws-lc-sys", "the slowest unit of a build; ring is already there"),
    ("serde_yaml", "archived"),
    ("dotenv", "RUSTSEC-2021-0141"),
    ("backoff", "RUSTSEC-2025-0012"),
    ("rustls-pemfile", "RUSTSEC-2025-0134"),
    ("bincode", "RUSTSEC-2025-0141"),
    ("proc-macro-error", "unmaintained"),
    ("async-std", "tokio is the one runtime"),
    ("seaography", "the read engine is the one way to read"),
    ("protobuf", "RUSTSEC-2024-0437; metrics need none"),
];

/// Crates that our own code may not use, though a dependency does, and why.
const NOT_BY_US: &[(&str, &str)] = &[
    ("lazy_static", "std::sync::LazyLock does it"),
    ("once_cell", "std::sync::OnceLock does it"),
    ("paste", "unmaintained"),
    ("time", "chrono is the one calendar"),
    ("jiff", "chrono is the one calendar"),
    ("rsa", "RUSTSEC-2023-0071: private-key timing; jsonwebtoken only verifies with it"),
    ("rand", "kernel::random is the one source of chance"),
];

/// Crates whose types pass between others: two versions would not fit together.
const ONCE: &[&str] = &[
    "async-graphql",
    "async-graphql-parser",
    "axum",
    "http",
    "hyper",
    "sea-orm",
    "sea-query",
    "sqlx",
    "tokio",
    "tower",
    "tower-http",
];

/// Checks the lockfile against the rules.
pub(super) fn check() -> Result<(), String> {
    let packages = lockfile::read()?;
    let ours = |name: &str| name == "fengqiao" || run::root().join(name).join("Cargo.toml").is_file();
    super::verdict(findings(&packages, ours))
}

fn findings(packages: &[Package], ours: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        let Package { name, version, source, .. } = package;
        match source.as_deref() {
            None if !ours(name) => found.push(format!("{name} {version}: a path outside the workspace")),
            Some(source) if source != REGISTRY => {
                found.push(format!("{name} {version}: not from crates.io but {source}"))
            }
            _ => {}
        }
        if let Some((_, why)) = NOWHERE.iter().find(|(banned, _)| banned == name) {
            found.push(format!("{name} {version}: banned: {why}"));
        }
        for (banned, why) in NOT_BY_US.iter().filter(|_| source.is_none()) {
            if package.dependencies.iter().any(|dependency| dependency == banned) {
                found.push(format!("{name} depends on {banned}: banned in our own crates: {why}"));
            }
        }
    }
    for name in ONCE {
        let versions: Vec<_> = packages.iter().filter(|p| p.name == *name).map(|p| p.version.as_str()).collect();
        if versions.len() > 1 {
            found.push(format!("{name}: more than one version ({})", versions.join(", ")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, source: Option<&str>, dependencies: &[&str]) -> Package {
        Package {
            name: name.into(),
            version: "1.0.0".into(),
            source: source.map(str::to_owned),
            dependencies: dependencies.iter().map(|d| (*d).to_owned()).collect(),
        }
    }

    #[test]
    fn each_rule_finds_its_breach_and_nothing_else() {
        let good = [package("fengqiao", None, &["axum"]), package("axum", Some(REGISTRY), &["lazy_static"])];
        assert!(findings(&good, |name| name == "fengqiao").is_empty());
        let bad = [
            package("fengqiao", None, &["lazy_static"]),
            package("elsewhere", None, &[]),
            package("forked", Some("git+https://example.invalid/x#abc"), &[]),
            package("serde_yaml", Some(REGISTRY), &[]),
            package("axum", Some(REGISTRY), &[]),
            package("axum", Some(REGISTRY), &[]),
        ];
        assert_eq!(findings(&bad, |name| name == "fengqiao").len(), 5);
    }
}

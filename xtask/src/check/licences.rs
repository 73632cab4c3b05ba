//! Every crate that is built must be under a licence we accept.

use std::collections::BTreeSet;

use crate::run;

/// Licences that ask for no more than a notice.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks every package that is built for this machine, whether it runs, builds or tests.
pub(super) fn check() -> Result<(), String> {
    let arguments =
        ["tree", "--workspace", "--locked", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}|{l}"];
    let listing = run::output(&mut run::cargo(&arguments), "`cargo tree`")?;
    let packages: BTreeSet<_> =
        listing.lines().filter_map(|line| line.trim_end_matches(" (*)").split_once('|')).collect();
    if packages.is_empty() {
        return Err("`cargo tree` listed no package".to_owned());
    }
    let refused = packages.iter().filter(|(_, licence)| !accepted(licence));
    super::verdict(
        refused.map(|(package, licence)| format!("{package}: licence `{licence}` is not accepted")).collect(),
    )
}

/// Whether an SPDX expression leaves us a choice of accepted licences. `/` is the old way to write `OR`.
fn accepted(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words };
    let verdict = reader.any();
    verdict == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<bool> {
        let mut verdict = self.all()?;
        while self.take("OR") {
            verdict |= self.all()?;
        }
        Some(verdict)
    }

    fn all(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.take("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let verdict = self.any()?;
            return self.take(")").then_some(verdict);
        }
        let name = self.next()?;
        if self.take("WITH") {
            let exception = self.next()?;
            return Some(ACCEPTED.contains(&format!("{name} WITH {exception}").as_str()));
        }
        Some(ACCEPTED.contains(&name))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn a_choice_needs_one_accepted_licence_and_a_sum_needs_all() {
        for good in ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR GPL-3.0-only) AND Unicode-3.0"] {
            assert!(accepted(good), "{good}");
        }
        assert!(accepted("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only"));
        for bad in ["", "GPL-3.0-only", "MIT AND GPL-3.0-only", "MIT MIT", "(MIT", "MIT OR", "MIT WITH Something"] {
            assert!(!accepted(bad), "{bad}");
        }
    }
}

//! Rules that no compiler checks: who may name what, how long a file may be, what may not be written anywhere.

use crate::run;

/// Lines of a source file, tests in place included.
const LONGEST: usize = 500;

/// Words that code in some places may not use.
struct Rule {
    words: &'static [&'static str],
    /// Starts of the paths it holds for.
    within: &'static [&'static str],
    /// Starts of the paths it spares.
    except: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        words: &[
            "DatabaseConnection",
            "DatabaseTransaction",
            "ConnectionTrait",
            "TransactionTrait",
            "sqlx",
            "SqlitePool",
            "PgPool",
            "SqliteConnection",
            "PgConnection",
        ],
        within: &["src/"],
        except: &["src/read/", "src/storage", "src/identity/postings", "src/demo/", "src/demo.rs", "src/lifecycle/"],
        why: "only read, storage, lifecycle, demo and identity's postings hold a database connection",
    },
    Rule {
        words: &["Transaction", "WritePool"],
        within: &["src/"],
        except: &[
            "src/storage",
            "src/lifecycle/",
            "src/trail/append.rs",
            "src/trail/seal.rs",
            "src/outbox/",
            "src/files/upload.rs",
            "src/files/sweep.rs",
            "src/self_inspection/cycles.rs",
            "src/identity/postings/revoke.rs",
            "src/demo/",
        ],
        why: "what writes is lifecycle, the trail, the outbox, uploads, the turn of cycles and revocations; nothing else begins a transaction",
    },
    Rule {
        words: &["Session"],
        within: &["src/"],
        except: &[
            "src/read/",
            "src/graphql/engine.rs",
            "src/graphql/execute.rs",
            "src/graphql/slow.rs",
            "src/cli/",
            "src/lifecycle/",
            "src/trail/",
            "src/outbox/",
            "src/demo/",
        ],
        why: "reading is the read engine's, and of those who look at the whole: the trail, the outbox, the command line",
    },
    Rule {
        words: &["sea_orm", "sea_query", "sqlx", "entity", "migration"],
        within: &["src/access"],
        except: &[],
        why: "policy is pure: it decides without a database",
    },
    Rule {
        words: &["sea_orm", "sqlx"],
        within: &["src/http", "src/kernel"],
        except: &[],
        why: "the edge and the kernel know no database",
    },
    Rule {
        words: &[
            "entity",
            "Hazard",
            "Dispute",
            "Grid",
            "KeySite",
            "GovernanceCentre",
            "Inspection",
            "Division",
            "Party",
        ],
        within: &["src/http"],
        except: &[],
        why: "the edge knows no noun",
    },
    Rule {
        words: &[
            "Utc::now",
            "Local::now",
            "SystemTime::now",
            "thread_rng",
            "rand::rng",
            "new_v4",
            "now_v7",
            "getrandom",
        ],
        within: &["src/", "entity/", "migration/"],
        except: &["src/kernel/"],
        why: "time and chance come from kernel::clock and kernel::random",
    },
];

/// Text that would tie the tree to one machine, or that an unfinished merge leaves behind.
fn forbidden_text() -> [String; 5] {
    // Put together here, so that this file does not contain them.
    [["/ho", "me/"], ["/ro", "ot/"], ["/wo", "rk/"], ["<<<<<", "<< "], [">>>>>", ">> "]].map(|parts| parts.concat())
}

/// Checks every file that git tracks.
pub(super) fn check() -> Result<(), String> {
    let forbidden = forbidden_text();
    let mut found = Vec::new();
    for path in tracked()? {
        let Ok(text) = std::fs::read_to_string(run::root().join(&path)) else { continue };
        for words in forbidden.iter().filter(|words| text.contains(words.as_str())) {
            found.push(format!("{path}: contains `{words}`"));
        }
        if path.ends_with(".rs") {
            found.extend(source_findings(&path, &text));
        }
    }
    super::verdict(found)
}

/// Paths of all files that git tracks and that are there, from the root of the workspace.
pub(super) fn tracked() -> Result<Vec<String>, String> {
    let mut git = std::process::Command::new("git");
    let listing = run::output(git.args(["ls-files", "-z"]).current_dir(run::root()), "`git ls-files`")?;
    let root = run::root();
    let there = |path: &&str| !path.is_empty() && root.join(path).is_file();
    Ok(listing.split('\0').filter(there).map(str::to_owned).collect())
}

fn source_findings(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let length = text.lines().count();
    if length > LONGEST {
        found.push(format!("{path}: {length} lines; split it below {LONGEST}"));
    }
    let concerns = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    for rule in RULES.iter().filter(|rule| concerns(rule.within) && !concerns(rule.except)) {
        for (number, line) in text.lines().enumerate() {
            let code = code_of(line);
            if let Some(word) = rule.words.iter().find(|word| names(code, word)) {
                found.push(format!("{path}:{}: `{word}`: {}", number + 1, rule.why));
            }
        }
    }
    found
}

/// The line without its comment. `://` in a URL starts none.
fn code_of(line: &str) -> &str {
    let start = line.match_indices("//").map(|(at, _)| at).find(|at| !line[..*at].ends_with(':'));
    start.map_or(line, |at| &line[..at])
}

/// Whether the word stands in the code as a name of its own.
fn names(code: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(part_of_name) && !code[at + word.len()..].starts_with(part_of_name))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, source_findings};

    #[test]
    fn a_forbidden_name_is_found_where_it_is_forbidden_only() {
        let breaks = |path, text| !source_findings(path, text).is_empty();
        assert!(breaks("src/access/scope.rs", "use sea_orm::Condition;"));
        assert!(!breaks("src/read/plan.rs", "use sea_orm::DatabaseConnection;"));
        assert!(breaks("src/graphql.rs", "fn f(db: &DatabaseConnection) {}"));
        assert!(breaks("src/http/answer.rs", "let x: Hazard = y;"));
        assert!(!breaks("src/http/answer.rs", "let x: HazardousLength = y; // a Hazard"));
        assert!(breaks("src/hazard/rules.rs", "let now = chrono::Utc::now();"));
        assert!(!breaks("src/kernel/clock.rs", "chrono::Utc::now()"));
        assert!(!breaks("src/graphql.rs", "let url = \"http://a.example\"; // not sqlx"));
        assert!(breaks("src/long.rs", &"\n".repeat(LONGEST + 1)));
    }
}

//! No number in the tree may belong to a real person: mobiles start with 100, citizen ids lie in region 330699.

use crate::run;

/// A region code that was never given to a place.
const NOBODYS_REGION: &str = "330699";

/// Citizen ids without their check digit that standards and libraries publish as examples; the tests of the algorithm need them.
const PUBLISHED: [&str; 2] = ["11010519491231002", "36042619910101007"];

/// Checks every text file that git tracks.
pub(super) fn check() -> Result<(), String> {
    let mut found = Vec::new();
    for path in super::sources::tracked()?.iter().filter(|path| !path.ends_with("Cargo.lock")) {
        let Ok(text) = std::fs::read_to_string(run::root().join(path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for suspect in suspects(line) {
                found.push(format!("{path}:{}: {suspect} could be a real person's number", number + 1));
            }
        }
    }
    super::verdict(found)
}

/// Runs of digits that have the form of a mainland mobile or of a citizen id outside the invented region.
fn suspects(line: &str) -> Vec<&str> {
    line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_mobile(word) || is_citizen_id(word)).collect()
}

fn is_mobile(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 11 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

fn is_citizen_id(word: &str) -> bool {
    let Some((digits, last)) = word.split_at_checked(17) else { return false };
    let plausible_birth = matches!(digits.get(6..8), Some("19" | "20"))
        && matches!(digits.get(10..12).and_then(|month| month.parse().ok()), Some(1..=12))
        && matches!(digits.get(12..14).and_then(|day| day.parse().ok()), Some(1..=31));
    word.len() == 18
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(last, "X" | "x" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")
        && plausible_birth
        && !digits.starts_with(NOBODYS_REGION)
        && !PUBLISHED.contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::suspects;

    #[test]
    fn numbers_that_could_be_someones_are_found() {
        // Put together here, so that this file does not contain them.
        let mobile = ["138", "0013", "8000"].concat();
        let id = ["110105", "19491231", "0038"].concat();
        let line =
            format!("call {mobile}, id {id}; ours: 10012345678, 33069920011231001X, 1764000000000, 330602001001");
        assert_eq!(suspects(&line), [mobile.as_str(), id.as_str()]);
    }
}

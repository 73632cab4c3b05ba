//! Randomness of the operating system: the only source of unpredictable values.

use std::cell::RefCell;

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct RandomError(#[from] getrandom::Error);

/// `N` unpredictable bytes.
#[expect(clippy::disallowed_methods, reason = "this is where everybody else gets chance")]
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut out = [0; N];
    getrandom::fill(&mut out)?;
    Ok(out)
}

thread_local! {
    /// Identifiers that nobody was given yet: to ask the operating system costs as much for many as for one.
    static REST: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// An unpredictable identifier: 128 bits as 32 hexadecimal digits.
pub fn id() -> Result<String, RandomError> {
    let number = REST.with_borrow_mut(|rest| {
        if let Some(number) = rest.pop() {
            return Ok(number);
        }
        rest.extend_from_slice(bytes::<1024>()?.as_chunks().0);
        bytes()
    });
    Ok(format!("{:032x}", u128::from_be_bytes(number?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_differ_and_have_one_form() {
        let (first, second) = (id().unwrap(), id().unwrap());
        assert_ne!(first, second);
        assert!(first.len() == 32 && first.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}

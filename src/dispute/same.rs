//! 同一当事人. By what two parties are known to be one and the same. A name alone says nothing: many bear it.

use serde_json::Value as Json;

use crate::lifecycle::case::{Attempt, Values, number, text};

/// What marks a party that is there: the number, the account, the organisation, or name and telephone.
pub(super) fn marks(party: &Values) -> Vec<String> {
    let reached = text(party, "contact").zip(text(party, "name"));
    let all = [
        text(party, "id_number").map(str::to_owned),
        reached.map(|(contact, name)| contact.to_owned() + name.trim()),
        number(party, "organisation_id").map(|id| format!("organisation {id}")),
        number(party, "account_id").map(|id| format!("account {id}")),
    ];
    all.into_iter().flatten().collect()
}

/// Whether a party of one dispute is one of another. Whoever registered it himself has said himself who he is: then it is the
/// account that tells.
pub(super) fn is_same(party: &Values, other: &Values) -> bool {
    let theirs = marks(other);
    match number(party, "account_id") {
        Some(account) => number(other, "account_id") == Some(account),
        None => marks(party).iter().any(|mark| theirs.contains(mark)),
    }
}

/// The same of one that is given, as it would be there.
pub(super) fn marks_given(attempt: &Attempt<'_>, party: &Json) -> Vec<String> {
    let sealed = |text: &str| attempt.known.sealed(&text.to_ascii_uppercase());
    let given = |field: &str| party.get(field).and_then(Json::as_str);
    let reached = given("contact").zip(given("name"));
    let own = party["self"] == true && attempt.case.state.is_empty();
    let all = [
        given("idNumber").map(sealed),
        reached.map(|(contact, name)| sealed(contact) + name.trim()),
        party.get("organisation").and_then(Json::as_i64).map(|id| format!("organisation {id}")),
        own.then(|| format!("account {}", attempt.actor.account_id)),
    ];
    all.into_iter().flatten().collect()
}

//! Which forms of an answer a client takes, by `Accept` (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, header};

use super::streaming::Form;

/// What a client takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Whether it names `application/graphql-response+json`.
    pub(super) graphql: bool,
    /// Whether it takes an answer as JSON at all.
    pub(super) json: bool,
    /// The form of a stream; the one it names first. `None`: it takes none.
    pub(super) stream: Option<Form>,
}

/// Reads the header. Without one, everything but a stream is taken.
pub(super) fn read(headers: &HeaderMap) -> Taken {
    let mut taken = Taken { json: !headers.contains_key(header::ACCEPT), ..Taken::default() };
    let all = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for range in all.flat_map(|text| text.split(',')) {
        let mut parameters = range.split(';').map(str::trim);
        let kind = parameters.next().unwrap_or_default().to_ascii_lowercase();
        let weight = |p: &str| p.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        if parameters.clone().find_map(weight).is_some_and(|weight| weight <= 0.0) {
            continue;
        }
        match kind.as_str() {
            "application/graphql-response+json" => (taken.graphql, taken.json) = (true, true),
            "text/event-stream" => taken.stream = taken.stream.or(Some(Form::Events)),
            "multipart/mixed" if parameters.any(|p| p.starts_with("subscriptionSpec=")) => {
                taken.stream = taken.stream.or(Some(Form::Parts));
            }
            "application/json" | "application/*" | "*/*" => taken.json = true,
            _ => {}
        }
    }
    // Who names nothing that we have gets JSON all the same: a useful answer beats a refusal.
    taken.json |= taken.stream.is_none();
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_from_the_header() {
        let form = |graphql, json, stream| Taken { graphql, json, stream };
        for (accept, expected) in [
            ("application/json", form(false, true, None)),
            ("*/*", form(false, true, None)),
            ("text/html", form(false, true, None)),
            ("application/graphql-response+json;q=0, application/json", form(false, true, None)),
            ("application/graphql-response+json; charset=utf-8", form(true, true, None)),
            ("text/event-stream", form(false, false, Some(Form::Events))),
            ("multipart/mixed", form(false, true, None)),
            (
                "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0,application/json",
                form(false, true, Some(Form::Parts)),
            ),
            (
                "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
                form(true, true, Some(Form::Events)),
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(read(&headers), expected, "{accept}");
        }
        assert_eq!(read(&HeaderMap::new()), form(false, true, None));
    }
}

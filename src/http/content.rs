//! `/files/{token}`: content of evidence, by a link that the API has given; whole, or one range of it.

use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::uploads::refuse;
use super::{App, Content, FileRefusal};

/// Nothing in it runs, whatever it is.
const SANDBOX: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
/// Kept by nobody: it shows persons.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("private, no-store");

/// Gives content.
pub(super) async fn give(State(app): State<Arc<App>>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let Some(files) = &app.files else { return refuse(FileRefusal::Unknown) };
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let given = async { answer(files.content(&token).await?, range).await };
    given.await.unwrap_or_else(refuse)
}

/// The answer, its body still to be read from where it is kept: whoever takes it slowly holds a chunk of it, not all.
async fn answer(content: Content, range: Option<&str>) -> Result<Response, FileRefusal> {
    let Content { mime, name, hash, attachment, size, kept_seconds, open } = content;
    let (status, range) = match range.map(|range| ranged(range, size)) {
        None => (StatusCode::OK, 0..size),
        Some(Some(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(None) => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, told).into_response());
        }
    };
    let told = (status == StatusCode::PARTIAL_CONTENT)
        .then(|| [(header::CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end - 1))]);
    let shown = if attachment { "attachment" } else { "inline" };
    let text = |text: String| HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    let headers: [(HeaderName, HeaderValue); 7] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        (header::CONTENT_DISPOSITION, text(format!("{shown}; filename=\"{name}\""))),
        (header::ETAG, text(format!("\"{hash}\""))),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::CACHE_CONTROL, kept_seconds.map_or(NOT_KEPT, |kept| text(format!("private, max-age={kept}")))),
        (header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start)),
    ];
    Ok((status, headers, told, Body::from_stream(open(range).await?)).into_response())
}

/// The one range that is asked for (RFC 9110, 14.1.2); `None`: there is none such.
fn ranged(text: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => size.saturating_sub(suffix.parse().ok()?)..size,
        (first, "") => first.parse().ok()?..size,
        (first, last) => first.parse().ok()?..last.parse::<u64>().ok()?.saturating_add(1).min(size),
    };
    (range.start < range.end).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_standard() {
        for (text, expected) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=2-", Some(2..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=4-99", Some(4..10)),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=0-1,3-4", None),
            ("items=0-1", None),
            ("bytes=-", None),
        ] {
            assert_eq!(ranged(text, 10), expected, "{text}");
        }
    }
}

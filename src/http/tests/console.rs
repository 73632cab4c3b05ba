//! The console comes whole from the binary, under a policy that lets nothing else in.

use super::*;

async fn get(edge: &Edge, path: &str) -> Reply {
    edge.send(HttpRequest::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_file_of_the_page_is_served_here() {
    let edge = Edge::build().await;
    let page = get(&edge, "/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let links: Vec<&str> = page.body.split(['"']).filter(|part| part.starts_with('/') || part.contains("//")).collect();
    assert_eq!(links.len(), 7, "{links:?}");
    for link in links {
        let file = get(&edge, link).await;
        let kind = if link.ends_with(".css") { "text/css; charset=utf-8" } else { "text/javascript; charset=utf-8" };
        assert_eq!((file.status, file.header("content-type")), (200, kind), "{link}");
        assert!(
            !file.body.is_empty() && !file.body.contains("sourceMappingURL") && !file.body.contains("@import"),
            "{link}"
        );
    }
    assert_eq!(get(&edge, "/console/LICENSES.txt").await.status, 200);
}

#[tokio::test]
async fn the_policy_of_the_page_is_strict_and_its_nonce_new() {
    let edge = Edge::build().await;
    let (first, second) = (get(&edge, "/").await, get(&edge, "/").await);
    let policy = first.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"), "{policy}");
    assert!(
        !policy.contains("unsafe") && !policy.contains("http") && policy.contains("connect-src 'self'"),
        "{policy}"
    );
    assert_ne!(policy, second.header("content-security-policy"));
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(first.body.contains(&format!("content=\"{nonce}\"")) && !first.body.contains("{{"));
    assert!(!first.body.contains("<script>") && !first.body.contains("style="));
}

#[tokio::test]
async fn nothing_else_is_served() {
    let edge = Edge::build().await;
    for path in
        ["/console/NOTICE.md", "/console/index.html", "/console/..%2f..%2fCargo.toml", "/console/none.js", "/console/"]
    {
        assert_eq!(get(&edge, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn roles_are_at_hand_in_a_demo_only() {
    let mut edge = Edge::build().await;
    assert_eq!(get(&edge, "/console/roles.json").await.status, 404);
    edge.state = edge.state.with_demo_roles(Arc::new(|| r#"[{"role":"MEDIATOR"}]"#.to_owned()));
    let ask = |headers: &[(&str, &str)]| {
        let request = headers
            .iter()
            .fold(HttpRequest::get("/console/roles.json"), |request, (name, value)| request.header(*name, *value));
        edge.send(request.body(Body::empty()).unwrap())
    };
    for host in ["localhost:8080", "127.0.0.1", "[::1]:9", "localhost"] {
        let reply = ask(&[("host", host)]).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, r#"[{"role":"MEDIATOR"}]"#), "{host}");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(ask(&[("host", host), ("x-forwarded-for", "192.0.2.1")]).await.status, 404);
        assert_eq!(ask(&[("host", host), ("forwarded", "for=192.0.2.1")]).await.status, 404);
    }
    for host in ["page.example", "page.example:8080", "127.0.0.1.page.example", ""] {
        assert_eq!(ask(&[("host", host)]).await.status, 404, "{host}");
    }
}

#[tokio::test]
async fn the_console_can_be_off() {
    let mut edge = Edge::with_limits(Limits::default(), false).await;
    edge.state = edge.state.with_demo_roles(Arc::new(|| "[]".to_owned()));
    for path in ["/", "/console/console.js", "/console/roles.json"] {
        let reply = get(&edge, path).await;
        assert_eq!((reply.status, reply.code().as_str()), (404, "NOT_FOUND"), "{path}");
    }
    assert_eq!(edge.send(edge.post(r#"{"query":"{a}"}"#)).await.status, 200);
}

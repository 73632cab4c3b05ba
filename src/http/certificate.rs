//! 客户端证书. The certificate of a client, as a proxy that ends TLS tells it in a header. Only proxies that are named are believed:
//! from anybody else the header is nothing.

use std::net::IpAddr;

use axum::http::HeaderName;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use crate::identity::Thumbprint;

/// Where the other end of the connection is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Who is believed about certificates, and in which header.
#[derive(Clone, Debug)]
pub struct CertificateProxy {
    header: HeaderName,
    proxies: Vec<IpNet>,
}

impl CertificateProxy {
    /// Proxies by address (`10.0.0.5`) or network (`10.0.0.0/24`). `None`: the header is no name of one, or an address is none.
    pub fn new(header: &str, proxies: &[String]) -> Option<CertificateProxy> {
        let net = |text: &String| text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let proxies = proxies.iter().map(net).collect::<Option<Vec<_>>>()?;
        Some(CertificateProxy { header: header.parse().ok()?, proxies })
    }

    /// The certificate that comes with a request.
    pub(super) fn told(&self, parts: &Parts) -> Option<Thumbprint> {
        let Peer(peer) = parts.extensions.get()?;
        let peer = peer.to_canonical();
        if !self.proxies.iter().any(|net| net.contains(&peer)) {
            return None;
        }
        let mut all = parts.headers.get_all(&self.header).iter();
        let (Some(only), None) = (all.next(), all.next()) else { return None };
        Some(thumbprint(&der(only.to_str().ok()?)?))
    }
}

/// The thumbprint of the first certificate of a PEM text. `None`: there is none.
pub fn thumbprint_of_pem(pem: &[u8]) -> Option<Thumbprint> {
    CertificateDer::from_pem_slice(pem).ok().map(|der| thumbprint(&der))
}

fn thumbprint(der: &[u8]) -> Thumbprint {
    Sha256::digest(der).into()
}

/// The certificate in a header: base64 between colons (RFC 9440), base64 alone, or PEM with percent signs (nginx).
fn der(text: &str) -> Option<Vec<u8>> {
    let text = percent_decode_str(text.trim()).decode_utf8().ok()?;
    if text.starts_with("-----BEGIN") {
        return CertificateDer::from_pem_slice(text.as_bytes()).ok().map(|der| der.to_vec());
    }
    let bare = text.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).unwrap_or(&text);
    STANDARD.decode(bare).ok().filter(|der| !der.is_empty())
}

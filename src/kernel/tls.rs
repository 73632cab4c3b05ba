//! Which cryptography TLS uses: one choice for the whole program.

/// Chooses it for clients that take what the program has chosen. Whoever comes first does; the choice is the same.
pub fn choose_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

//! Services from the configuration: who asks by itself, and how each is known.

use std::fs;
use std::path::Path;

use super::Failure;
use crate::config::Settings;
use crate::http::{CertificateProxy, thumbprint_of_pem};
use crate::identity::{Purpose, Service, Services};
use crate::kernel::seal::Sealer;

/// The services, and where those that sign get tokens.
pub(super) fn services(settings: &Settings, sealer: &Sealer) -> Result<Services, Failure> {
    let given = &settings.services;
    let all = given.account.iter().map(service).collect::<Result<Vec<_>, _>>()?;
    if let Some(twice) = all.iter().find(|one| all.iter().filter(|other| other.client() == one.client()).count() > 1) {
        return Err(wrong(twice.client(), "there are two of this client"));
    }
    for (at, one) in all.iter().enumerate() {
        let same = |other: &&Service| one.certificate().is_some() && other.certificate() == one.certificate();
        if let Some(other) = all.iter().skip(at + 1).find(same) {
            return Err(wrong(other.client(), &format!("{} has the same certificate", one.client())));
        }
    }
    if given.certificate_header.is_none() && !given.proxies.is_empty() {
        return Err(Failure::Configuration(
            "[services] proxies are believed in no header: name certificate_header".into(),
        ));
    }
    if given.account.iter().any(|one| one.certificate.is_some()) && given.certificate_header.is_none() {
        return Err(Failure::Configuration("[services] certificate_header is missing: who tells certificates?".into()));
    }
    let services = Services::new(all);
    let Some(name) = &given.issuer else {
        return match given.account.iter().find(|one| one.key_set.is_some()) {
            Some(one) => {
                Err(wrong(&one.client, "a key_set needs the issuer of [services]: the address of this server"))
            }
            None => Ok(services),
        };
    };
    if sealer.is_demo() {
        let sentence = "[services] issuer needs a [seal]: with the published demo key anybody could sign tokens";
        return Err(Failure::Configuration(sentence.into()));
    }
    if !name.starts_with("https://") || name.ends_with('/') || settings.issuer.iter().any(|one| one.name == *name) {
        let sentence =
            "[services] issuer is the address of this server, such as https://city.example, and no [[issuer]]";
        return Err(Failure::Configuration(sentence.into()));
    }
    services
        .with_tokens(name, sealer.token_secret().clone())
        .map_err(|error| Failure::Configuration(format!("[services] {error}")))
}

fn service(given: &crate::config::ServiceAccount) -> Result<Service, Failure> {
    let refused = |why: &str| wrong(&given.client, why);
    let purpose = match &given.purpose {
        Some(code) => Some(Purpose::parse(code).ok_or_else(|| refused("its purpose is none"))?),
        None => None,
    };
    if given.certificate.is_none() && given.key_set.is_none() {
        return Err(refused("it needs a certificate or a key_set"));
    }
    let read = |path: &Path| fs::read(path).map_err(|error| refused(&format!("{}: {error}", path.display())));
    let mut service = Service::new(&given.client, given.posting, purpose);
    if let Some(path) = &given.certificate {
        let thumbprint = thumbprint_of_pem(&read(path)?);
        service = service.with_certificate(thumbprint.ok_or_else(|| refused("its certificate is no PEM"))?);
    }
    if let Some(path) = &given.key_set {
        service = service.with_key_set(&read(path)?).map_err(|error| refused(&error.to_string()))?;
    }
    Ok(service)
}

/// Who is believed about certificates. `None`: nobody.
pub(super) fn proxy(settings: &Settings) -> Result<Option<CertificateProxy>, Failure> {
    let Some(header) = &settings.services.certificate_header else { return Ok(None) };
    let proxies = &settings.services.proxies;
    match CertificateProxy::new(header, proxies) {
        Some(proxy) if !proxies.is_empty() => Ok(Some(proxy)),
        _ => Err(Failure::Configuration(
            "[services] needs the name of a header and proxies: the addresses or networks that are believed".into(),
        )),
    }
}

fn wrong(client: &str, why: &str) -> Failure {
    Failure::Configuration(format!("[[services.account]] {client}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::seal::Algorithm;

    const KEYS: &[u8] = include_bytes!("../identity/test_keys/key_set.json");
    const CERTIFICATE: &[u8] = include_bytes!("../http/test_keys/certificate.pem");

    #[test]
    fn what_is_wrong_is_told_with_the_client() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("keys.json"), KEYS).unwrap();
        fs::write(folder.path().join("a.pem"), CERTIFICATE).unwrap();
        let own = Sealer::new("k1", Algorithm::default(), &[7; 32]).unwrap();
        let read = |text: &str, sealer: &Sealer| {
            let path = folder.path().join("a.toml");
            fs::write(&path, text.replace("DIR", &folder.path().display().to_string())).unwrap();
            let settings = crate::config::load(Some(&path), std::iter::empty()).unwrap();
            services(&settings, sealer).and_then(|services| Ok((services, proxy(&settings)?)))
        };
        let head = "[services]\nissuer = 'https://city.example'\ncertificate_header = 'Client-Cert'\nproxies = ['10.0.0.0/8']\n";
        let one = "[[services.account]]\nclient = 'feed'\nposting = 100\n";
        let keys = format!("{one}key_set = 'DIR/keys.json'\n");
        let certificate = format!("{one}certificate = 'DIR/a.pem'\n");
        assert!(read("", &Sealer::demo()).is_ok_and(|(_, proxy)| proxy.is_none()));
        assert!(read(&format!("{head}{keys}"), &own).is_ok_and(|(_, proxy)| proxy.is_some()));
        assert!(read(&format!("{head}{certificate}"), &own).is_ok());
        for (text, sealer, told) in [
            (format!("{head}{one}"), &own, "feed: it needs a certificate or a key_set"),
            (format!("{head}{keys}{certificate}"), &own, "two of this client"),
            (format!("{head}{keys}"), &Sealer::demo(), "needs a [seal]"),
            (keys.clone(), &own, "needs the issuer"),
            (certificate.clone(), &own, "certificate_header is missing"),
            (
                format!("{head}{certificate}{}", certificate.replace("feed", "twin")),
                &own,
                "twin: feed has the same certificate",
            ),
            ("[services]\nproxies = ['10.0.0.1']\n".to_owned(), &own, "name certificate_header"),
            (format!("{head}{one}certificate = 'DIR/keys.json'\n"), &own, "no PEM"),
            (format!("{head}{one}key_set = 'DIR/a.pem'\n"), &own, "key set cannot be used"),
            (format!("{head}{one}key_set = 'DIR/none'\n"), &own, "none"),
            (format!("{head}{keys}purpose = 'FUN'\n"), &own, "its purpose is none"),
            (head.replace("https:", "http:"), &own, "is the address of this server"),
            (head.replace("10.0.0.0/8", "the proxy"), &own, "addresses or networks"),
        ] {
            let refused = read(&text, sealer).err().unwrap().to_string();
            assert!(refused.contains(told), "{text}: {refused}");
        }
    }
}

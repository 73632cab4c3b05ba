//! 流程版本. All lifecycles of a build, in every version that matters may live by.

use std::collections::BTreeMap;

use super::{Action, Flow, FlowError, Offer, file};

/// All lifecycles, by object and version.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// Of each object, oldest first.
    flows: BTreeMap<String, Vec<Flow>>,
}

const FILES: &[(&str, &str)] = &[
    ("dispute.toml", include_str!("../../../schema/flows/dispute.toml")),
    ("grid_event.toml", include_str!("../../../schema/flows/grid_event.toml")),
    ("hazard.toml", include_str!("../../../schema/flows/hazard.toml")),
    ("inspection.toml", include_str!("../../../schema/flows/inspection.toml")),
    ("self_inspection.toml", include_str!("../../../schema/flows/self_inspection.toml")),
];

impl Flows {
    /// The lifecycles of this build, checked against what the build offers and against one another.
    pub fn built_in(offer: &Offer<'_>) -> Result<Flows, FlowError> {
        Flows::default().with(FILES, offer)
    }

    /// The same with more of them, each the text of a file under its name.
    pub fn with(mut self, files: &[(&str, &str)], offer: &Offer<'_>) -> Result<Flows, FlowError> {
        for (name, text) in files {
            let flow = file::read(name, text, offer)?;
            if self.version(&flow.object, flow.version).is_some() {
                return Err(unfit(&flow, "is there twice".to_owned()));
            }
            self.flows.entry(flow.object.clone()).or_default().push(flow);
        }
        for versions in self.flows.values_mut() {
            versions.sort_by_key(|flow| flow.version);
        }
        self.fit()?;
        Ok(self)
    }

    /// One mutation serves all versions of an action: whatever an older one takes, the newest takes as well.
    fn fit(&self) -> Result<(), FlowError> {
        for versions in self.flows.values() {
            for (at, older) in versions.iter().enumerate() {
                let pairs = older.actions.iter().filter_map(|action| {
                    let newer = versions[at + 1..].iter().rev().find_map(|flow| flow.action(&action.name))?;
                    Some((action, newer))
                });
                for (action, newer) in pairs {
                    if action.begins() != newer.begins() {
                        return Err(unfit(
                            older,
                            format!("and a newer one differ in whether {} begins one", action.name),
                        ));
                    }
                    let takes = |name: &str| newer.input(name).map(|input| input.ty.trim_end_matches('!'));
                    let lost = action.inputs.iter().find(|i| takes(&i.name) != Some(i.ty.trim_end_matches('!')));
                    if let Some(input) = lost {
                        let problem =
                            format!("takes {}: {} in {}, a newer one does not", input.name, input.ty, action.name);
                        return Err(unfit(older, problem));
                    }
                }
            }
        }
        Ok(())
    }

    /// The lifecycle of an object in a version.
    pub fn version(&self, object: &str, version: i64) -> Option<&Flow> {
        self.flows.get(object)?.iter().find(|flow| flow.version == version)
    }

    /// The lifecycle that a new matter begins with.
    pub fn newest(&self, object: &str) -> Option<&Flow> {
        self.flows.get(object)?.last()
    }

    /// The types that have a lifecycle.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.flows.keys().map(String::as_str)
    }

    /// The newest lifecycles in the order of their objects.
    pub fn all(&self) -> Vec<&Flow> {
        self.flows.values().filter_map(|versions| versions.last()).collect()
    }

    /// An action in every version that has it, newest first.
    pub fn every<'f>(&'f self, object: &str, action: &'f str) -> impl Iterator<Item = (&'f Flow, &'f Action)> {
        let versions = self.flows.get(object).map_or(&[][..], Vec::as_slice);
        versions.iter().rev().filter_map(move |flow| Some((flow, flow.action(action)?)))
    }

    /// All actions that people take in any version, each as its newest version has it, in the order of their objects.
    pub fn for_people(&self) -> Vec<(&Flow, &Action)> {
        let mut all: Vec<(&Flow, &Action)> = vec![];
        for flow in self.flows.values().flat_map(|versions| versions.iter().rev()) {
            for action in flow.actions.iter().filter(|action| action.is_for_people()) {
                if !all.iter().any(|(other, known)| other.object == flow.object && known.name == action.name) {
                    all.push((flow, action));
                }
            }
        }
        all
    }
}

fn unfit(flow: &Flow, problem: String) -> FlowError {
    FlowError::Versions { object: flow.object.clone(), version: flow.version, problem }
}

#[cfg(test)]
mod tests {
    use super::super::tests::anything;
    use super::*;

    const HAZARD: &str = include_str!("../../../schema/flows/hazard.toml");

    #[test]
    fn versions_stand_beside_one_another() {
        let text = HAZARD.replace("version = 1", "version = 2").replace("fixOnSite", "mendOnSite");
        let flows = Flows::built_in(&anything()).unwrap().with(&[("hazard.2.toml", &text)], &anything()).unwrap();
        let versions = |action| flows.every("Hazard", action).map(|(flow, _)| flow.version).collect::<Vec<_>>();
        assert_eq!(
            (versions("fixOnSite"), versions("mendOnSite"), versions("writeOff")),
            (vec![1], vec![2], vec![2, 1])
        );
        let people = flows.for_people();
        let of = |name: &str| people.iter().filter(|(_, a)| a.name == name).map(|(f, _)| f.version).collect::<Vec<_>>();
        assert_eq!((of("fixOnSite"), of("mendOnSite"), of("writeOff")), (vec![1], vec![2], vec![2]));
        assert_eq!(flows.newest("Hazard").unwrap().version, 2);
        assert_eq!(flows.all().len(), FILES.len());
    }

    #[test]
    fn what_one_mutation_cannot_serve_is_refused() {
        for (from, to, sentence) in [
            ("version = 2", "version = 1", "flow Hazard, version 1: is there twice"),
            (
                "name = \"noPhotoReason\"\ntype = \"String\"",
                "name = \"noPhotoReason\"\ntype = \"Int\"",
                "flow Hazard, version 1: takes noPhotoReason: String in reportHazard, a newer one does not",
            ),
        ] {
            let text = HAZARD.replace("version = 1", "version = 2");
            assert_eq!(text.matches(from).count(), 1, "{from}");
            let text = text.replace(from, to);
            let flows = Flows::built_in(&anything()).unwrap();
            let refused = flows.with(&[("hazard.2.toml", &text)], &anything()).unwrap_err();
            assert_eq!(refused.to_string(), sentence);
        }
    }
}

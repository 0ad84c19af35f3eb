//! Coverage: who of the area has signed for what, who is missing, and what a signature would add.

use chrono::NaiveDate;
use model::agreement::{Agreement, Standing};
use model::{Area, OrganisationKind, Purpose};
use policy::{Access, Action, Resource};
use store::Store;
use store::agreements;
use store::sources::{self, Held};

use crate::GovernanceError;

/// The two uses that agreements are made for.
pub const PURPOSES: [Purpose; 2] = [Purpose::DirectCare, Purpose::Planning];

/// How an organisation that supplies data stands for one purpose, the best of its agreements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signed {
    /// No agreement names it.
    NotAsked,
    /// The agreement that named it has ended.
    Ended,
    /// It is named and has not signed.
    Waits,
    /// It signed and took its signature back.
    Withdrawn,
    /// It signed; no recipient has.
    WaitsForRecipient,
    /// It signed; the agreement is suspended.
    Suspended,
    /// It signed; the agreement begins later.
    NotBegun,
    /// In force.
    InForce,
}

impl Signed {
    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotAsked => "Not asked",
            Self::Ended => "Ended",
            Self::Waits => "Not signed",
            Self::Withdrawn => "Withdrawn",
            Self::WaitsForRecipient => "Signed, recipient has not",
            Self::Suspended => "Suspended",
            Self::NotBegun => "Signed, not begun",
            Self::InForce => "In force",
        }
    }
}

/// One organisation's line of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// ODS code.
    pub code: String,
    /// It is a GP practice.
    pub practice: bool,
    /// ONS codes of its boroughs.
    pub boroughs: Vec<String>,
    /// How it stands for each of [`PURPOSES`].
    pub signed: [Signed; 2],
}

/// Who has signed for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Practices and providers, practices first, each by code.
    pub lines: Vec<Line>,
}

/// How many of one kind have signed for one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// For practices, or for the other providers.
    pub practices: bool,
    /// The purpose.
    pub purpose: Purpose,
    /// In force.
    pub signed: usize,
    /// There are.
    pub of: usize,
}

impl Covered {
    /// In words: `58 of 67 practices have signed for planning services`.
    pub fn sentence(&self) -> String {
        let who = match (self.practices, self.of) {
            (true, 1) => "practice",
            (true, _) => "practices",
            (false, 1) => "provider",
            (false, _) => "providers",
        };
        let have = if self.signed == 1 { "has" } else { "have" };
        format!("{} of {} {who} {have} signed for {}", self.signed, self.of, self.purpose.label())
    }
}

impl Matrix {
    /// How many have signed, practices first, direct care first.
    pub fn covered(&self) -> Vec<Covered> {
        let mut all = Vec::new();
        for practices in [true, false] {
            for (at, purpose) in PURPOSES.into_iter().enumerate() {
                let of: Vec<&Line> = self.lines.iter().filter(|line| line.practice == practices).collect();
                let signed = of.iter().filter(|line| line.signed.get(at) == Some(&Signed::InForce)).count();
                all.push(Covered { practices, purpose, signed, of: of.len() });
            }
        }
        all
    }

    /// Those for whom something is not in force.
    pub fn missing(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.signed.iter().any(|signed| *signed != Signed::InForce))
    }

    /// The part of one borough.
    #[must_use]
    pub fn of_borough(mut self, borough: &str) -> Self {
        self.lines.retain(|line| line.boroughs.iter().any(|code| code == borough));
        self
    }
}

/// Who of the area has signed for what on a day.
pub async fn matrix(
    store: &Store,
    access: &Access,
    area: &Area,
    day: NaiveDate,
) -> Result<Matrix, GovernanceError> {
    let permit = store.request(access, Action::ViewCoverage, Resource::Agreements).await?;
    Ok(gather(&agreements::all(store, &permit).await?, area, day))
}

/// What has arrived of one organisation, and how the matrix would stand with its signature.
pub async fn one(
    store: &Store,
    access: &Access,
    area: &Area,
    code: &str,
    day: NaiveDate,
) -> Result<Option<(Matrix, Line, Vec<Held>)>, GovernanceError> {
    let permit = store.request(access, Action::ViewCoverage, Resource::Agreements).await?;
    let matrix = gather(&agreements::all(store, &permit).await?, area, day);
    let Some(line) = matrix.lines.iter().find(|line| line.code == code).cloned() else { return Ok(None) };
    let held = sources::held(store, &permit, code).await?;
    Ok(Some((matrix, line, held)))
}

fn gather(agreements: &[Agreement], area: &Area, day: NaiveDate) -> Matrix {
    let line = |code: &str, practice, boroughs: Vec<String>| Line {
        signed: PURPOSES.map(|purpose| stands(agreements, code, purpose, day)),
        code: code.to_owned(),
        practice,
        boroughs,
    };
    let practices = area.practices.iter().map(|p| line(&p.code, true, vec![p.borough.clone()]));
    let providers = area.organisations.iter().filter(|o| o.kind != OrganisationKind::Icb);
    let providers =
        providers.map(|o| line(&o.code, false, o.boroughs.split_whitespace().map(str::to_owned).collect()));
    let mut lines: Vec<Line> = practices.chain(providers).collect();
    lines.sort_by(|a, b| (!a.practice, &a.code).cmp(&(!b.practice, &b.code)));
    Matrix { lines }
}

fn stands(agreements: &[Agreement], code: &str, purpose: Purpose, day: NaiveDate) -> Signed {
    let names = |agreement: &&Agreement| {
        agreement.terms.purpose == purpose && agreement.terms.supplier_codes().contains(code)
    };
    let of_one = |agreement: &Agreement| match (agreement.standing(day), agreement.signed.contains_key(code))
    {
        (Standing::Ended, _) => Signed::Ended,
        (_, false) if agreement.withdrawn.contains_key(code) => Signed::Withdrawn,
        (_, false) => Signed::Waits,
        (Standing::Suspended, true) => Signed::Suspended,
        (Standing::Draft, true) => Signed::WaitsForRecipient,
        (Standing::NotBegun, true) => Signed::NotBegun,
        (Standing::InForce, true) => Signed::InForce,
    };
    agreements.iter().filter(names).map(of_one).max().unwrap_or(Signed::NotAsked)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::agreement::{Change, Party, Terms};
    use model::{Feed, Practice};

    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn practice(code: &str, borough: &str) -> Practice {
        Practice {
            code: code.into(),
            name: code.into(),
            pcn_code: String::new(),
            pcn_name: String::new(),
            borough: borough.into(),
            postcode: String::new(),
            registered: 1.0,
            weighted: 1.0,
        }
    }

    fn agreement(purpose: Purpose, suppliers: &[&str]) -> Agreement {
        let party = |codes: &[&str]| Party {
            name: "p".into(),
            members: codes.iter().map(|c| (*c).to_owned()).collect(),
        };
        let activity = if purpose == Purpose::Planning { "E5" } else { "B3" };
        let terms = Terms {
            title: "t".into(),
            purpose,
            suppliers: vec![party(suppliers)],
            recipients: vec![party(&["QRV"])],
            feeds: [Feed::Gp].into(),
            activities: [activity.to_owned()].into(),
            starts: day(5),
            ends: None,
            review: None,
            dpia: "d".into(),
        };
        Agreement::begin("A", Change::Drafted { terms }).unwrap()
    }

    fn sign(agreement: &mut Agreement, codes: &[&str]) {
        let organisations: BTreeSet<String> = codes.iter().map(|c| (*c).to_owned()).collect();
        let at = day(1).and_hms_opt(9, 0, 0).unwrap().and_utc();
        agreement.apply(Change::Signed { organisations }, at).unwrap();
    }

    #[test]
    fn coverage_is_of_the_whole_area_and_says_how_each_stands() {
        let area = Area {
            practices: ["E1", "E2", "E3", "E4"].map(|code| practice(code, "B1")).into(),
            ..Area::default()
        };
        let mut planning = agreement(Purpose::Planning, &["E1", "E2", "E3"]);
        sign(&mut planning, &["E1", "E2"]);
        let stands = |agreement: &Agreement, d| {
            let matrix = gather(std::slice::from_ref(agreement), &area, day(d));
            (
                matrix.lines.iter().map(|line| line.signed[1]).collect::<Vec<_>>(),
                matrix.covered()[1].sentence(),
            )
        };
        use Signed::*;
        assert_eq!(stands(&planning, 6).0, [WaitsForRecipient, WaitsForRecipient, Waits, NotAsked]);
        sign(&mut planning, &["QRV"]);
        assert_eq!(stands(&planning, 4).0, [NotBegun, NotBegun, Waits, NotAsked]);
        let (lines, sentence) = stands(&planning, 6);
        assert_eq!(lines, [InForce, InForce, Waits, NotAsked]);
        assert_eq!(sentence, "2 of 4 practices have signed for planning services");
        let at = day(7).and_hms_opt(9, 0, 0).unwrap().and_utc();
        let withdrawn = Change::Withdrawn { organisation: "E2".into(), reason: "r".into() };
        planning.apply(withdrawn, at).unwrap();
        assert_eq!(stands(&planning, 8).0, [InForce, Withdrawn, Waits, NotAsked]);
        assert_eq!(stands(&planning, 8).1, "1 of 4 practices has signed for planning services");
        planning.apply(Change::Suspended { reason: "r".into() }, at).unwrap();
        assert_eq!(stands(&planning, 8).0, [Suspended, Withdrawn, Waits, NotAsked]);
    }

    #[test]
    fn the_best_of_several_agreements_counts_and_a_borough_is_a_part() {
        let area = Area { practices: vec![practice("E1", "B1"), practice("E2", "B2")], ..Area::default() };
        let (mut one, other) =
            (agreement(Purpose::DirectCare, &["E1"]), agreement(Purpose::DirectCare, &["E1", "E2"]));
        sign(&mut one, &["E1", "QRV"]);
        let matrix = gather(&[one, other], &area, day(6));
        assert_eq!(matrix.lines[0].signed, [Signed::InForce, Signed::NotAsked]);
        assert_eq!(matrix.missing().count(), 2);
        let part = matrix.of_borough("B1");
        assert_eq!(part.covered()[0].sentence(), "1 of 1 practice has signed for direct care");
    }
}

//! The area a deployment serves: its boroughs, organisations, practices and small areas, read from `area/*.csv`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::OrganisationKind;

/// A borough: a local authority district with its council.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Borough {
    /// ONS code, `E09000005`.
    pub code: String,
    /// Name, `Brent`.
    pub name: String,
}

/// An organisation that sends data or receives care money, practices aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// ODS code, or ONS code for a council.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: OrganisationKind,
    /// ONS codes of the boroughs it mainly serves, separated by blanks, nearest first.
    pub boroughs: String,
}

/// A GP practice with its real registered and weighted populations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Practice {
    /// ODS code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Primary care network's ODS code.
    pub pcn_code: String,
    /// Primary care network's name.
    pub pcn_name: String,
    /// ONS code of the borough it is in.
    pub borough: String,
    /// Postcode.
    pub postcode: String,
    /// Registered people.
    pub registered: f64,
    /// Overall weighted population.
    pub weighted: f64,
}

/// A lower-layer super output area (2021).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lsoa {
    /// ONS code.
    pub code: String,
    /// ONS code of its borough.
    pub borough: String,
    /// Ward name.
    pub ward: String,
    /// Decile of the Index of Multiple Deprivation 2025, 1 the most deprived.
    pub imd_decile: u8,
}

/// The whole area.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// Boroughs by code.
    pub boroughs: Vec<Borough>,
    /// Organisations by code.
    pub organisations: Vec<Organisation>,
    /// Practices by code.
    pub practices: Vec<Practice>,
    /// Small areas by code.
    pub lsoas: Vec<Lsoa>,
}

/// A table of the area that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("area/{file}: {reason}")]
pub struct AreaError {
    file: &'static str,
    reason: csv::Error,
}

impl Area {
    /// Reads the four tables from their text. Lines that start with `#` say where the table is from.
    pub fn from_csv(
        boroughs: &str,
        organisations: &str,
        practices: &str,
        lsoas: &str,
    ) -> Result<Self, AreaError> {
        Ok(Self {
            boroughs: rows("boroughs.csv", boroughs)?,
            organisations: rows("organisations.csv", organisations)?,
            practices: rows("practices.csv", practices)?,
            lsoas: rows("lsoas.csv", lsoas)?,
        })
    }

    /// Names of organisations, practices and boroughs by code, for screens.
    pub fn names(&self) -> BTreeMap<String, String> {
        let organisations = self.organisations.iter().map(|o| (o.code.clone(), o.name.clone()));
        let practices = self.practices.iter().map(|p| (p.code.clone(), p.name.clone()));
        let boroughs = self.boroughs.iter().map(|b| (b.code.clone(), b.name.clone()));
        boroughs.chain(practices).chain(organisations).collect()
    }
}

fn rows<T: for<'de> Deserialize<'de>>(file: &'static str, text: &str) -> Result<Vec<T>, AreaError> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|reason| AreaError { file, reason })
}

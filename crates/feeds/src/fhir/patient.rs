use model::{Demographics, NhsNumber, NhsNumberError, Sex, normalise_postcode};
use serde_json::Value;

use super::resource::{Resource, Standard, elements, extension, text};
use crate::people::{ethnic_category, practice};
use crate::row::Refusal;

/// What a Patient says about somebody.
pub(super) fn patient<'v>(resource: &mut Resource<'v>) -> Result<Standard<'v>, Refusal> {
    let id = resource.needed_id()?;
    let value = resource.value;
    let name = preferred(value, "name", &["official", "usual"]);
    let address = preferred(value, "address", &["home"]);
    let postcode = text(address, &["postalCode"]);
    let as_at = resource.optional_day("Patient.meta.lastUpdated", &["meta", "lastUpdated"]);
    Ok(Standard::Person(Box::new(Demographics {
        source: String::new(),
        source_person: id.to_owned(),
        nhs_number: nhs_number(resource),
        family_name: text(name, &["family"]).to_owned(),
        given_name: text(name, &["given"]).to_owned(),
        birth_date: resource.optional_day("Patient.birthDate", &["birthDate"]),
        death_date: resource.optional_day("Patient.deceasedDateTime", &["deceasedDateTime"]),
        sex: Sex::parse(resource.text(&["gender"])).unwrap_or_default(),
        address: text(address, &["line"]).to_owned(),
        postcode: normalise_postcode(postcode).unwrap_or_else(|| postcode.to_owned()),
        ethnic_category: ethnic_category(extension(value, "EthnicCategory")),
        practice: practice(text(value, &["generalPractitioner", "identifier", "value"])),
        as_at,
        ..Demographics::default()
    })))
}

fn nhs_number(resource: &mut Resource<'_>) -> String {
    let numbers = elements(resource.value, "identifier");
    let system = "https://fhir.nhs.uk/Id/nhs-number";
    let Some(number) = numbers.iter().find(|number| text(number, &["system"]) == system) else {
        return String::new();
    };
    let number = text(number, &["value"]);
    match NhsNumber::parse(number) {
        Ok(good) => return good.digits(),
        Err(NhsNumberError::Missing) => {}
        Err(NhsNumberError::NotTenDigits) => {
            resource.mend("Patient.identifier", number, "is not ten digits; it was left out");
        }
        Err(NhsNumberError::CheckDigit) => {
            resource.mend("Patient.identifier", number, "fails its check digit; it was left out");
        }
    }
    String::new()
}

/// Of several names or addresses, the one of the first of these uses that is there, else the first that is not an old one.
fn preferred<'v>(value: &'v Value, name: &str, uses: &[&str]) -> &'v Value {
    let all = elements(value, name);
    let of = |one: &str| all.iter().find(|item| text(item, &["use"]) == one);
    let current = || all.iter().find(|item| !matches!(text(item, &["use"]), "old" | "maiden"));
    uses.iter().find_map(|one| of(one)).or_else(current).unwrap_or(&Value::Null)
}

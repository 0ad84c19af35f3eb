//! From claims to somebody here, by the settings of the deployment.

use model::{NhsNumber, Role};
use policy::UserId;
use serde_json::Value;
use store::settings::ProviderSettings;
use store::users::User;

/// Why somebody whom the provider knows is nobody here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// A claim that must have a certain value has another, or is not there.
    Required(String),
    /// No claim says who it is.
    User,
    /// No role that the settings name.
    Role,
    /// A role that goes with an organisation, and none is claimed.
    Organisation,
    /// The role person, and nobody here has the NHS number.
    Person,
}

impl Unknown {
    /// For the audit; it holds no claim's value.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Required(claim) => {
                format!("The identity provider's claim {claim} has not the value it must have.")
            }
            Self::User => "The identity provider did not say who it is.".to_owned(),
            Self::Role => "The identity provider named no role that is known here.".to_owned(),
            Self::Organisation => "The identity provider named no organisation.".to_owned(),
            Self::Person => "Nobody here has the NHS number that the identity provider named.".to_owned(),
        }
    }
}

/// Who it is here; for the role person also their NHS number, by which their record is found.
pub(crate) fn known(
    settings: &ProviderSettings,
    claims: &Value,
) -> Result<(User, Option<NhsNumber>), Unknown> {
    for (claim, values) in &settings.require {
        if !all(claims, claim).iter().any(|found| values.contains(found)) {
            return Err(Unknown::Required(claim.clone()));
        }
    }
    let names = &settings.claims;
    let id = user_name(settings, claims).ok_or(Unknown::User)?;
    let claimed = all(claims, &names.role);
    let role = settings.roles.iter().find(|known| claimed.contains(&known.value)).ok_or(Unknown::Role)?.role;
    let organisation = first(claims, &names.organisation).unwrap_or_default().to_ascii_uppercase();
    if role != Role::Person && organisation.is_empty() {
        return Err(Unknown::Organisation);
    }
    let number = first(claims, &names.nhs_number).and_then(|number| NhsNumber::parse(&number).ok());
    if role == Role::Person && number.is_none() {
        return Err(Unknown::Person);
    }
    let user = User {
        name: first(claims, &names.name).unwrap_or_else(|| id.clone()),
        id: UserId(id),
        role,
        organisation: if role == Role::Person { String::new() } else { organisation },
        person: None,
    };
    Ok((user, number.filter(|_| role == Role::Person)))
}

/// The sign-in name here. It holds a colon, which names of local accounts cannot.
pub(super) fn user_name(settings: &ProviderSettings, claims: &Value) -> Option<String> {
    first(claims, &settings.claims.user).map(|user| format!("provider:{user}"))
}

fn first(claims: &Value, name: &str) -> Option<String> {
    all(claims, name).into_iter().find(|text| !text.is_empty())
}

/// The texts of a claim, one or a list; nothing else is taken for text.
fn all(claims: &Value, name: &str) -> Vec<String> {
    let found = if name.starts_with('/') { claims.pointer(name) } else { claims.get(name) };
    match found {
        Some(Value::String(text)) => vec![text.trim().to_owned()],
        Some(Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).map(|text| text.trim().to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use store::settings::{ClaimNames, RoleName};

    use super::*;

    fn settings() -> ProviderSettings {
        let role = |value: &str, role| RoleName { value: value.into(), role };
        ProviderSettings {
            name: "NHS CIS2".into(),
            issuer: "https://provider.example".into(),
            client_id: "wsic".into(),
            client_secret: "secret".into(),
            base: "https://wsic.example".into(),
            scopes: vec!["openid".into()],
            user_info: false,
            certificates: None,
            claims: ClaimNames {
                role: "/nhsid_nrbac_roles/0/role_code".into(),
                organisation: "/nhsid_nrbac_roles/0/org_code".into(),
                ..ClaimNames::default()
            },
            require: [("id_assurance_level".to_owned(), vec!["3".to_owned()])].into(),
            roles: vec![role("S8000:G8000:R8000", Role::Gp), role("citizen", Role::Person)],
        }
    }

    #[test]
    fn a_nested_role_and_organisation_are_found() {
        let claims = json!({
            "sub": "555", "name": " Gina Okafor ", "id_assurance_level": "3",
            "nhsid_nrbac_roles": [{ "role_code": "S8000:G8000:R8000", "org_code": "e84002" }],
        });
        let (user, number) = known(&settings(), &claims).unwrap();
        assert_eq!((user.id.0.as_str(), user.name.as_str()), ("provider:555", "Gina Okafor"));
        assert_eq!((user.role, user.organisation.as_str(), number), (Role::Gp, "E84002", None));
    }

    #[test]
    fn whoever_is_not_known_is_told_apart() {
        let roles = |role: &str, organisation: &str| json!([{ "role_code": role, "org_code": organisation }]);
        let gp = roles("S8000:G8000:R8000", "E84002");
        for (claims, why) in [
            (json!({ "sub": "5", "nhsid_nrbac_roles": gp }), Unknown::Required("id_assurance_level".into())),
            (
                json!({ "sub": "5", "id_assurance_level": "1" }),
                Unknown::Required("id_assurance_level".into()),
            ),
            (json!({ "id_assurance_level": "3", "nhsid_nrbac_roles": gp }), Unknown::User),
            (json!({ "sub": "5", "id_assurance_level": "3" }), Unknown::Role),
            (
                json!({ "sub": "5", "id_assurance_level": "3", "nhsid_nrbac_roles": roles("R1", "E84002") }),
                Unknown::Role,
            ),
            (
                json!({ "sub": "5", "id_assurance_level": "3", "nhsid_nrbac_roles": roles("S8000:G8000:R8000", " ") }),
                Unknown::Organisation,
            ),
            (
                json!({ "sub": "5", "id_assurance_level": "3", "nhs_number": "1", "nhsid_nrbac_roles": roles("citizen", "") }),
                Unknown::Person,
            ),
        ] {
            assert_eq!(known(&settings(), &claims).unwrap_err(), why, "{claims}");
        }
    }

    #[test]
    fn of_several_roles_the_one_that_stands_first_in_the_settings_is_taken() {
        let mut settings = settings();
        settings.claims = ClaimNames::default();
        settings.require.clear();
        let claims = json!({ "sub": "5", "roles": ["citizen", "other", "S8000:G8000:R8000"], "organisation": "E84002" });
        assert_eq!(known(&settings, &claims).unwrap().0.role, Role::Gp);
        let number = (999_000_000..).find_map(NhsNumber::from_first_nine).unwrap();
        let claims = json!({ "sub": "5", "roles": "citizen", "nhs_number": number.digits() });
        let (user, found) = known(&settings, &claims).unwrap();
        assert_eq!((user.role, user.organisation.as_str(), found), (Role::Person, "", Some(number)));
    }
}

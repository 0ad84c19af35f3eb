//! Records as texts again, each in the one form in which it is compared, to be kept and taken in again.

use crate::birth::Birth;
use crate::records::Records;
use crate::role::Role;
use crate::tidy::Sex;

/// The columns every record has when it is kept; identifier and other columns come behind.
const COLUMNS: [Role; 10] = [
    Role::GivenName,
    Role::MiddleName,
    Role::FamilyName,
    Role::DateOfBirth,
    Role::Sex,
    Role::Address,
    Role::Postcode,
    Role::NhsNumber,
    Role::Phone,
    Role::Email,
];

impl Records {
    /// Roles of what [`Records::texts`] gives.
    pub fn columns(&self) -> Vec<Role> {
        COLUMNS.into_iter().chain(self.extra_roles.iter().copied()).collect()
    }

    /// What is compared of a record, as texts that give the same record again.
    pub fn texts(&self, record: u32) -> Vec<String> {
        let row = self.rows.get(record as usize).copied().unwrap_or_default();
        let sex = match row.sex {
            Sex::Missing => "",
            Sex::Male => "M",
            Sex::Female => "F",
        };
        let nhs = if row.nhs == 0 { String::new() } else { format!("{:010}", row.nhs) };
        let fixed = [
            self.names.get(row.given).to_owned(),
            self.middles.text(row.middle, &self.names),
            self.names.get(row.family).to_owned(),
            date(row.birth),
            sex.to_owned(),
            self.addresses.text(row.address, &self.address_words),
            self.postcodes.get(row.postcode).to_owned(),
            nhs,
            self.phones.get(row.phone).to_owned(),
            self.emails.get(row.email).to_owned(),
        ];
        let extras = self.extras_of(record).iter().map(|number| self.extra_texts.get(*number).to_owned());
        fixed.into_iter().chain(extras).collect()
    }
}

fn date(birth: Birth) -> String {
    match (birth.year(), birth.month(), birth.day()) {
        (0, ..) => String::new(),
        (year, 0, 0) => format!("{year:04}"),
        (year, month, 0) => format!("{year:04}-{month:02}"),
        (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Layout, Records, Role};

    #[test]
    fn a_record_kept_as_texts_is_the_same_record_again() {
        let roles = [
            Role::FullName,
            Role::DateOfBirth,
            Role::Sex,
            Role::Address,
            Role::Address,
            Role::Postcode,
            Role::NhsNumber,
            Role::Phone,
            Role::Email,
            Role::Identifier,
            Role::Other,
        ];
        let mut records = Records::new();
        let mut file = records.file(&Layout { columns: roles.into_iter().map(Some).collect() });
        for row in [
            [
                "Mrs Zoë Anne O'Brien-Hall",
                "3 Feb 1990",
                "female",
                "Flat 2, 14 St John's Rd",
                "Acton",
                "w3 6ab",
                "943 476 5919",
                "+44 20 7946 0018",
                "Zoe@Example.org",
                "ab-123",
                "left handed",
            ],
            ["BABY SMITH", "1900", "", "", "", "ZZ99 3VZ", "1234567", "", "", "", ""],
            ["van der Berg, Jan", "1985-04", "2", "The Old Mill", "", "", "0000000000", "x", "y", "007", "?"],
        ] {
            file.push(|n| row[n]);
        }
        drop(file);
        let mut again = Records::new();
        let mut file = again.file(&Layout { columns: records.columns().into_iter().map(Some).collect() });
        for record in 0..3 {
            let texts = records.texts(record);
            file.push(|n| texts[n].as_str());
        }
        drop(file);
        for record in 0..3 {
            assert_eq!(again.texts(record), records.texts(record));
            assert_eq!(again.rows[record as usize].nhs_verified, records.rows[record as usize].nhs_verified);
        }
    }
}

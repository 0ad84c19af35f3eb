//! One file in the encodings and line endings that arrive.

use model::Feed;

use crate::kept::{account, read, refused};

const FILE: &str = "practice_code,patient_id,nhs_number,family_name,given_name,date_of_birth\n\
    E84002,P1,,Müller,Renée,1950-02-03\nE84002,P2,,Smith,Al,1950-02-03\n";

fn names(bytes: &[u8]) -> Vec<String> {
    let (outcome, kept) = read(Feed::Gp, bytes);
    assert_eq!(outcome.account, account(2, 2, 0, 0, 0));
    kept.people.iter().map(|who| format!("{} {}", who.given_name, who.family_name)).collect()
}

#[test]
fn every_encoding_gives_the_same_people() {
    let expected = ["Renée Müller", "Al Smith"];
    assert_eq!(names(FILE.as_bytes()), expected);
    assert_eq!(names(format!("\u{feff}{FILE}").as_bytes()), expected);
    assert_eq!(names(FILE.replace('\n', "\r\n").as_bytes()), expected);
    assert_eq!(names(FILE.trim_end().as_bytes()), expected);
    assert_eq!(names(FILE.replace(',', "\t").as_bytes()), expected);
    assert_eq!(
        names(
            FILE.replace(',', "\",\"")
                .replace('\n', "\"\n\"")
                .trim_end_matches('"')
                .replacen("practice", "\"practice", 1)
                .as_bytes()
        ),
        expected
    );
    let little: Vec<u8> = format!("\u{feff}{FILE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = format!("\u{feff}{FILE}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(names(&little), expected);
    assert_eq!(names(&big), expected);
    let windows: Vec<u8> = FILE.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(names(&windows), expected);
    let (outcome, _) = read(Feed::Gp, &windows);
    assert_eq!(outcome.notes, ["1 row(s) are not UTF-8 and were read as Windows-1252"]);
}

#[test]
fn packed_files_are_named_for_what_they_are() {
    let error = refused(Feed::Gp, b"PK\x03\x04\x14\x00").to_string();
    assert_eq!(error, "the file is a ZIP archive or an Excel workbook, not text; send it unpacked, as text");
}

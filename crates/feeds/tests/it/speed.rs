//! How fast and in how much memory; run by hand: `cargo test -p feeds -- --ignored --nocapture speed`.

use std::io::Read;
use std::time::Instant;

use feeds::{Issue, Sink, SinkError};
use model::{Demographics, Event, Feed};

#[derive(Default)]
struct Counted(u64);

impl Sink for Counted {
    fn event(&mut self, _: u64, event: &Event<'_>) -> Result<(), SinkError> {
        self.0 += u64::from(!event.key.is_empty());
        Ok(())
    }
    fn demographics(&mut self, _: u64, _: &Demographics) -> Result<(), SinkError> {
        Ok(())
    }
    fn issue(&mut self, _: &Issue) {}
}

/// A file made while it is read: any length, no memory.
struct Endless {
    text: Vec<u8>,
    at: usize,
    row: u64,
    rows: u64,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.text.len() && self.row < self.rows {
            self.row += 1;
            let row = self.row;
            self.at = 0;
            self.text = format!(
                "E84002,P{},{row},2026-01-{:02},271649006,Systolic blood pressure,{},mm[Hg],2026-01-31,\n",
                row % 10_000,
                row % 28 + 1,
                90 + row % 90
            )
            .into_bytes();
        }
        let n = (&self.text[self.at..]).read(into)?;
        self.at += n;
        Ok(n)
    }
}

#[test]
#[ignore = "a measurement, not a test"]
fn speed_of_gp_observations() {
    let header = "practice_code,patient_id,observation_id,effective_date,snomed_code,term,value,unit,extract_date,deleted\n";
    let rows = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(3_000_000);
    let mut made = Endless { text: Vec::new(), at: 0, row: 0, rows };
    let started = Instant::now();
    std::io::copy(&mut made, &mut std::io::sink()).unwrap();
    let making = started.elapsed();
    let file = header.as_bytes().chain(Endless { text: Vec::new(), at: 0, row: 0, rows });
    let mut counted = Counted::default();
    let started = Instant::now();
    let outcome = feeds::read(Feed::Gp, "f", file, &mut counted).unwrap();
    let reading = started.elapsed().saturating_sub(making);
    assert_eq!((outcome.account.accepted, counted.0), (rows, rows));
    println!("{rows} rows, {:.0} a second", rows as f64 / reading.as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("memory not known"));
}

//! A model card as one file: a line a number, as the page shows it.

use insight::risk::{RiskModel, Rows, Seen};
use methods::{Estimate, Published};

/// The tables of a card. `coverage` says whose data were counted; it stands in the last column, so that it goes where the file goes.
pub(crate) fn csv(model: &RiskModel, coverage: &str) -> String {
    let mut sheet = Sheet { name: &model.name, coverage, text: String::new() };
    sheet.text.push_str("model,table,row,measure,value,lower,upper,coverage\r\n");
    if let Some([fitted, tried]) = &model.cohorts {
        sheet.rows("made from", fitted);
        sheet.rows("tried on", tried);
    }
    if let Some(seen) = &model.validation {
        sheet.seen("later year", seen);
    }
    if let Some(seen) = &model.apparent {
        sheet.seen("rows it was made from", seen);
    }
    for (by, groups) in &model.breakdowns {
        for group in groups {
            sheet.count(by, &group.name, "people", &group.people);
            sheet.count(by, &group.name, "events", &group.events);
            sheet.estimate(by, &group.name, "outcomes for each predicted", &group.ratio);
            sheet.estimate(by, &group.name, "area under the curve", &group.area);
            sheet.estimate(by, &group.name, "on the list, per cent", &group.listed);
        }
    }
    if let Some(fit) = &model.fit {
        for term in &fit.terms {
            sheet.count("terms", &term.title, "people", &term.people);
            sheet.number("terms", &term.title, "coefficient", &term.coefficient.map(|told| told.estimate));
            sheet.number(
                "terms",
                &term.title,
                "standard error",
                &term.coefficient.map(|told| told.standard_error),
            );
            sheet.estimate("terms", &term.title, "odds ratio", &term.odds_ratio);
        }
    }
    for check in &model.checks {
        let until = check.until.to_string();
        sheet.estimate("since", &until, "outcomes for each predicted", &check.ratio);
        sheet.estimate("since", &until, "calibration in the large", &check.intercept);
        sheet.estimate("since", &until, "calibration slope", &check.slope);
        sheet.estimate("since", &until, "area under the curve", &check.area);
        sheet.number("since", &until, "stability index", &check.stability);
    }
    if let Some(today) = &model.today {
        let day = today.as_at.to_string();
        sheet.count("today", &day, "people", &today.people);
        sheet.count("today", &day, "expected", &today.expected);
        sheet.count("today", &day, "listed", &today.listed);
        sheet.number("today", &day, "stability index", &today.stability);
    }
    sheet.text
}

struct Sheet<'a> {
    name: &'a str,
    coverage: &'a str,
    text: String,
}

impl Sheet<'_> {
    fn rows(&mut self, row: &str, rows: &Rows) {
        self.count("rows", row, "rows", &rows.rows);
        self.count("rows", row, "events", &rows.events);
        self.count("rows", row, "died without the outcome", &rows.died);
        self.estimate("rows", row, "per cent", &rows.share);
    }

    fn seen(&mut self, row: &str, seen: &Seen) {
        self.estimate("measures", row, "area under the curve", &seen.area);
        self.estimate("measures", row, "outcomes for each predicted", &seen.ratio);
        self.estimate("measures", row, "calibration in the large", &seen.intercept);
        self.estimate("measures", row, "calibration slope", &seen.slope);
        self.number("measures", row, "Brier score", &seen.brier);
        for (at, tenth) in seen.tenths.iter().enumerate() {
            let row = format!("{row}, tenth {}", at + 1);
            self.count("calibration", &row, "people", &tenth.people);
            self.number("calibration", &row, "predicted, per cent", &tenth.expected);
            self.estimate("calibration", &row, "observed, per cent", &tenth.observed);
        }
        for point in &seen.curve {
            let row = format!("{row}, risk from {:.4}", point.threshold);
            self.line(
                "curve",
                &row,
                "sensitivity",
                [point.sensitivity.to_string(), String::new(), String::new()],
            );
            self.line(
                "curve",
                &row,
                "specificity",
                [point.specificity.to_string(), String::new(), String::new()],
            );
        }
        for list in &seen.lists {
            let row = format!("{row}, highest {}%", list.percent);
            self.count("lists", &row, "people", &list.people);
            self.estimate("lists", &row, "predictive value, per cent", &list.predictive_value);
            self.estimate("lists", &row, "sensitivity, per cent", &list.sensitivity);
        }
    }

    fn count(&mut self, table: &str, row: &str, measure: &str, n: &Published<u64>) {
        let value = n.value().map_or_else(|| n.words().unwrap_or_default(), |n| n.to_string());
        self.line(table, row, measure, [value, String::new(), String::new()]);
    }

    fn number(&mut self, table: &str, row: &str, measure: &str, n: &Published<f64>) {
        let value = n.value().map_or_else(|| n.words().unwrap_or_default(), |n| n.to_string());
        self.line(table, row, measure, [value, String::new(), String::new()]);
    }

    fn estimate(&mut self, table: &str, row: &str, measure: &str, n: &Published<Estimate>) {
        let cells = match n.value() {
            Some(e) => [e.value, e.lower, e.upper].map(|n| n.to_string()),
            None => [n.words().unwrap_or_default(), String::new(), String::new()],
        };
        self.line(table, row, measure, cells);
    }

    fn line(&mut self, table: &str, row: &str, measure: &str, [value, lower, upper]: [String; 3]) {
        let cells = [self.name, table, row, measure, &value, &lower, &upper, self.coverage];
        let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        self.text.push_str(&quoted.join(","));
        self.text.push_str("\r\n");
    }
}

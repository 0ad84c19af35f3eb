//! What happened to one person, by setting, as a picture and as a list.

use care::record::Withheld;
use chrono::{Months, NaiveDate};
use maud::{Markup, html};
use model::record::{Banner, TimelineEntry};
use model::{PersonId, Setting};
use policy::Section;

use super::record::person_views;
use super::record_sections::what;
use crate::charts::{Mark, Stream};
use crate::components::nhs::{Cell, Crumb, Head, Table};
use crate::components::ours::{
    FilterGroup, FilterLink, PatientBanner, filters, left_out, setting_tag, withheld,
};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::paging::{Paging, pagination};
use crate::words;

/// A person's timeline, narrowed by setting and months.
pub(crate) struct TimelinePage {
    pub(crate) person: PersonId,
    pub(crate) banner: Banner,
    pub(crate) as_at: NaiveDate,
    /// Newest first, all settings that may be shown.
    pub(crate) timeline: Vec<TimelineEntry>,
    pub(crate) withheld: Vec<Withheld>,
    /// Sources whose data no agreement covers any more.
    pub(crate) left_out: Vec<String>,
    pub(crate) view: View,
    pub(crate) names: Names,
}

/// What of the timeline is shown: everything here stands in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) setting: Option<Setting>,
    pub(crate) months: u32,
    pub(crate) page: u64,
}

impl Default for View {
    fn default() -> Self {
        Self { setting: None, months: 24, page: 1 }
    }
}

/// How far back one can look, in months: what is published holds no more.
pub(crate) const SPANS: [u32; 4] = [3, 12, 24, 36];
/// Lines on a page of the list.
const LINES: u64 = 50;

impl View {
    fn address(self, person: PersonId) -> String {
        let setting = self.setting.map_or("", Setting::name);
        let mut address = format!("/people/{person}/timeline?setting={setting}&months={}", self.months);
        if self.page > 1 {
            address.push_str(&format!("&page={}", self.page));
        }
        address
    }
}

impl Page for TimelinePage {
    fn title(&self) -> String {
        "Timeline".to_owned()
    }

    fn place(&self) -> &'static str {
        "/people"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Find a person", "/people"), crumb("Shared record", format!("/people/{}", self.person))]
    }

    fn before_heading(&self) -> Markup {
        html! {
            (PatientBanner {
                banner: &self.banner,
                practice: self.names.of(&self.banner.practice),
                on: self.as_at,
            })
            (person_views(self.person, "timeline"))
        }
    }

    fn body(&self) -> Markup {
        let shown = self.shown();
        let paging = Paging::new(shown.len(), self.view.page, LINES);
        html! {
            (filters("Narrow the timeline", &self.filter_groups()))
            p role="status" { strong { (self.counted(shown.len())) } }
            (left_out(&self.left_out, &self.names))
            @for why in self.masked() { (withheld(&why)) }
            (self.stream(&shown))
            @if !shown.is_empty() { (self.list(paging.slice(&shown), paging)) }
            (pagination(paging, |page| View { page, ..self.view }.address(self.person)))
        }
    }
}

impl TimelinePage {
    fn first_day(&self) -> NaiveDate {
        self.as_at.checked_sub_months(Months::new(self.view.months)).unwrap_or(self.as_at)
    }

    fn in_span(&self, entry: &TimelineEntry) -> bool {
        // What began earlier but still runs, such as a care service, belongs to the span too.
        entry.start >= self.first_day() || entry.end.is_some_and(|end| end >= self.first_day())
    }

    fn shown(&self) -> Vec<&TimelineEntry> {
        self.timeline
            .iter()
            .filter(|entry| self.in_span(entry))
            .filter(|entry| self.view.setting.is_none_or(|setting| entry.kind.setting() == setting))
            .collect()
    }

    fn counted(&self, n: usize) -> String {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let setting = self.view.setting.map_or("all settings", Setting::label);
        format!("{} in {} months, {setting}", words::counted(n, "event", "events"), self.view.months)
    }

    fn masked(&self) -> Vec<String> {
        self.withheld
            .iter()
            .filter(|line| {
                Setting::ALL.into_iter().any(|setting| Section::of_setting(setting) == line.section)
            })
            .map(|line| format!("{}: {}", line.section.label(), line.reason))
            .collect()
    }

    fn filter_groups(&self) -> Vec<FilterGroup> {
        let to = |view: View| View { page: 1, ..view }.address(self.person);
        let mut settings = vec![FilterLink::new(
            "All settings",
            to(View { setting: None, ..self.view }),
            self.view.setting.is_none(),
        )];
        for setting in Setting::ALL {
            let n = self.timeline.iter().filter(|e| self.in_span(e) && e.kind.setting() == setting).count();
            if n > 0 || self.view.setting == Some(setting) {
                settings.push(FilterLink::new(
                    format!("{} ({n})", setting.label()),
                    to(View { setting: Some(setting), ..self.view }),
                    self.view.setting == Some(setting),
                ));
            }
        }
        let spans = SPANS
            .into_iter()
            .map(|months| {
                FilterLink::new(
                    format!("{months} months"),
                    to(View { months, ..self.view }),
                    months == self.view.months,
                )
            })
            .collect();
        vec![FilterGroup { name: "Setting", links: settings }, FilterGroup { name: "Back to", links: spans }]
    }

    fn stream(&self, shown: &[&TimelineEntry]) -> Stream {
        let marks = shown
            .iter()
            .map(|entry| Mark { setting: entry.kind.setting(), start: entry.start, end: entry.end })
            .collect();
        Stream { from: self.first_day(), to: self.as_at, marks }
    }

    fn list(&self, entries: &[&TimelineEntry], paging: Paging) -> Table {
        let costs = self.withheld.iter().all(|line| line.section != Section::Costs);
        let mut head: Vec<Head> =
            vec!["Date".into(), "Setting".into(), "What happened".into(), "Where".into(), "Source".into()];
        if costs {
            head.push(Head::numeric("Cost"));
        }
        let rows = entries
            .iter()
            .map(|entry| {
                let mut row: Vec<Cell> = vec![
                    span_of(entry).into(),
                    html! { (setting_tag(entry.kind.setting())) }.into(),
                    what(entry).into(),
                    self.names.of(&entry.provider).into(),
                    self.names.source(&entry.source).into(),
                ];
                if costs {
                    row.push(if entry.cost.0 == 0 { "-".into() } else { words::pounds(entry.cost).into() });
                }
                row
            })
            .collect();
        Table {
            caption: format!("Events, newest first{}", paging.of_pages()).into(),
            head,
            rows,
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

/// `3 May 2026`, or `3 May 2026 to 9 May 2026`.
fn span_of(entry: &TimelineEntry) -> String {
    match entry.end {
        Some(end) if end > entry.start => {
            format!("{} to {}", words::short_date(entry.start), words::short_date(end))
        }
        _ => words::short_date(entry.start),
    }
}

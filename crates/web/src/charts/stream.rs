use chrono::{Datelike, Months, NaiveDate};
use maud::{Markup, Render, html};
use model::Setting;

use crate::components::nhs::Scroll;
use crate::words;

/// A person's events over months, a row a setting. The list below it holds the same events and comes first for whoever
/// cannot see it.
pub(crate) struct Stream {
    /// First and last day shown.
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) marks: Vec<Mark>,
}

/// One event.
pub(crate) struct Mark {
    pub(crate) setting: Setting,
    pub(crate) start: NaiveDate,
    /// A stay or a service that lasts is drawn as a bar to here.
    pub(crate) end: Option<NaiveDate>,
}

const LEFT: f64 = 170.0;
const WIDTH: f64 = 960.0;
const TOP: f64 = 34.0;
const ROW: f64 = 34.0;

impl Render for Stream {
    fn render(&self) -> Markup {
        let rows: Vec<Setting> =
            Setting::ALL.into_iter().filter(|s| self.marks.iter().any(|m| m.setting == *s)).collect();
        if rows.is_empty() || self.to <= self.from {
            return html! {};
        }
        let bottom = TOP + ROW * count(rows.len());
        let picture = html! {
            svg class="app-stream" role="img" aria-labelledby="stream-title" viewBox=(format!("0 0 {WIDTH} {bottom}"))
                width=(WIDTH) height=(bottom) {
                title id="stream-title" { (self.sentence()) }
                @for (month, x) in self.months() {
                    line class="app-stream__month" x1=(at(x)) y1=(TOP - 8.0) x2=(at(x)) y2=(bottom) {}
                    @if let Some(words) = month.filter(|_| x < WIDTH - 80.0) {
                        text class="app-stream__words" x=(at(x + 3.0)) y="18" { (words) }
                    }
                }
                @for (i, setting) in rows.iter().enumerate() {
                    @let middle = TOP + ROW * count(i) + ROW / 2.0;
                    line class="app-stream__row" x1="0" y1=(middle + ROW / 2.0) x2=(WIDTH) y2=(middle + ROW / 2.0) {}
                    text class="app-stream__words" x="0" y=(middle + 6.0) { (setting.label()) }
                    @for mark in self.marks.iter().filter(|mark| mark.setting == *setting) {
                        (self.mark(mark, middle))
                    }
                }
            }
        };
        html! {
            p { (self.sentence()) " The same events are in the list below." }
            (Scroll { content: picture.into(), labelled_by: "stream-title".to_owned(), ..Scroll::default() })
        }
    }
}

impl Stream {
    /// The picture in words.
    pub(crate) fn sentence(&self) -> String {
        let parts: Vec<String> = Setting::ALL
            .into_iter()
            .filter_map(|setting| {
                let n = self.marks.iter().filter(|mark| mark.setting == setting).count();
                (n > 0).then(|| {
                    format!("{} {}", setting.label(), words::count(i64::try_from(n).unwrap_or(i64::MAX)))
                })
            })
            .collect();
        format!("Events from {} to {}: {}.", words::date(self.from), words::date(self.to), parts.join(", "))
    }

    fn x(&self, day: NaiveDate) -> f64 {
        let days =
            |from: NaiveDate, to: NaiveDate| i32::try_from((to - from).num_days()).map_or(0.0, f64::from);
        let along = days(self.from, day) / days(self.from, self.to).max(1.0);
        LEFT + along.clamp(0.0, 1.0) * (WIDTH - LEFT - 12.0)
    }

    /// The first of each month with its place; every third one has words.
    fn months(&self) -> Vec<(Option<String>, f64)> {
        let mut months = Vec::new();
        let mut next = self.from.with_day(1).and_then(|day| day.checked_add_months(Months::new(1)));
        while let Some(day) = next.filter(|day| *day <= self.to) {
            let named = matches!(day.month(), 1 | 4 | 7 | 10);
            months.push((named.then(|| day.format("%b %Y").to_string()), self.x(day)));
            next = day.checked_add_months(Months::new(1));
        }
        months
    }

    /// Each setting has a shape of its own, so that the rows differ in black and white too.
    fn mark(&self, mark: &Mark, y: f64) -> Markup {
        let x = self.x(mark.start);
        let class = format!("app-stream__mark app-stream__mark--{}", mark.setting.name().replace('_', "-"));
        if let Some(end) = mark.end.filter(|end| *end > mark.start) {
            let width = (self.x(end) - x).max(6.0);
            return html! { rect class=(class) x=(at(x)) y=(y - 7.0) width=(at(width)) height="14" {} };
        }
        match mark.setting {
            Setting::Gp | Setting::Outpatient => html! { circle class=(class) cx=(at(x)) cy=(y) r="6" {} },
            Setting::Emergency => {
                html! { path class=(class) d=(format!("M{x:.1} {:.1}l8 14h-16z", y - 8.0)) {} }
            }
            Setting::Community | Setting::MentalHealth => {
                html! { path class=(class) d=(format!("M{x:.1} {:.1}l8 8-8 8-8-8z", y - 8.0)) {} }
            }
            Setting::Inpatient | Setting::SocialCare => {
                html! { rect class=(class) x=(at(x - 6.0)) y=(y - 6.0) width="12" height="12" {} }
            }
        }
    }
}

fn at(place: f64) -> String {
    format!("{place:.1}")
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}

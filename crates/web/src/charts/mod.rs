//! Pictures, drawn on the server as SVG, each with its sentence and its table from the same data.
//!
//! The list is closed: a new kind of picture is added here, with its rules. Colours come from `app.scss`, whose
//! contrast a test computes; shape and words carry the meaning. No script, no inline style.

mod bar;
mod calibration;
mod control_chart;
mod roc;
mod sparkline;
mod square;
mod stream;
mod waterfall;

pub(crate) use bar::{bar, variance_bar};
pub(crate) use calibration::Calibration;
pub(crate) use control_chart::ControlChart;
pub(crate) use roc::Roc;
pub(crate) use sparkline::sparkline;
pub(crate) use stream::{Mark, Stream};
pub(crate) use waterfall::{Waterfall, signed};

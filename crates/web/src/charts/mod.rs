//! Pictures, drawn on the server as SVG, each with its sentence and its table from the same data.
//!
//! The list is closed: a new kind of picture is added here, with its rules. Colours come from `app.scss`, whose
//! contrast a test computes; shape and words carry the meaning. No script, no inline style. Pictures of populations take numbers that
//! have been through disclosure control, and no others.

mod bar;
mod calibration;
mod control_chart;
mod funnel;
mod icons;
mod interval;
mod length;
mod roc;
mod sparkline;
mod spine;
mod square;
mod stream;
mod waterfall;

pub(crate) use bar::{bar, variance_bar};
pub(crate) use calibration::Calibration;
pub(crate) use control_chart::ControlChart;
pub(crate) use funnel::FunnelPlot;
pub(crate) use icons::{assurance_icon, variation_icon};
pub(crate) use interval::Intervals;
pub(crate) use length::{Largest, Shown};
pub(crate) use roc::Roc;
pub(crate) use sparkline::{published_sparkline, sparkline};
pub(crate) use spine::Spine;
pub(crate) use stream::{Mark, Stream};
pub(crate) use waterfall::{Waterfall, signed};

//! Money for planning: the shadow capitated budget by population group and borough against actual cost.
//!
//! May import `model`, `methods`, `policy`, `warehouse` and `store`. Never shows a person; every figure in a view is a
//! `methods::Published`. Money is whole pence until it is published. Every function takes a `&policy::Permit`.

pub mod budget;
mod error;

pub use error::FinanceError;

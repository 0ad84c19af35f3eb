use methods::{Estimate, Published};
use model::Pence;

/// A number that a picture of a population may show: one that has been through disclosure control. A bare number is none.
pub(crate) trait Shown: Copy {
    /// Its size; none when it is not shown.
    fn size(self) -> Option<f64>;
}

impl Shown for Published<u64> {
    fn size(self) -> Option<f64> {
        self.value().map(|n| n as f64)
    }
}

impl Shown for Published<Pence> {
    fn size(self) -> Option<f64> {
        self.value().map(|Pence(p)| p as f64)
    }
}

impl Shown for Published<f64> {
    fn size(self) -> Option<f64> {
        self.value()
    }
}

impl Shown for Published<Estimate> {
    fn size(self) -> Option<f64> {
        self.value().map(|estimate| estimate.value)
    }
}

/// The largest of a column, beside which its bars are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Largest(f64);

impl Largest {
    /// Of these, either way from nought.
    pub(crate) fn of<T: Shown>(values: impl IntoIterator<Item = T>) -> Self {
        Self(values.into_iter().filter_map(Shown::size).map(f64::abs).fold(0.0, f64::max))
    }

    /// A hundred of a hundred.
    pub(crate) const HUNDRED: Self = Self(100.0);

    /// How far a value reaches of so much width, away from nought.
    pub(super) fn reach(self, value: f64, width: f64) -> f64 {
        if self.0 > 0.0 { (value.abs() / self.0).min(1.0) * width } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles only while no bare number can be shown: were `u64` shown, the call would be ambiguous.
    #[test]
    fn a_bare_number_is_not_shown() {
        trait Ambiguous<A> {
            fn only_one() {}
        }
        struct IsShown;
        impl<T> Ambiguous<()> for T {}
        impl<T: Shown> Ambiguous<IsShown> for T {}
        <u64 as Ambiguous<_>>::only_one();
        <i64 as Ambiguous<_>>::only_one();
        <f64 as Ambiguous<_>>::only_one();
        <Pence as Ambiguous<_>>::only_one();
        <Estimate as Ambiguous<_>>::only_one();
    }
}

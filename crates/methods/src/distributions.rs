//! Quantiles and tails of the normal, Student's t and chi-squared distributions, and levels of confidence.
//!
//! Distribution functions are those of `statrs`; the normal one is taken from its incomplete gamma function, which is the more exact. Its
//! quantiles are only starting values: Newton's method brings them to the last digits, from the tail that is small, so that they agree with R
//! to 1e-11 (Student's with very many degrees of freedom to 1e-9).

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};
use statrs::function::gamma::ln_gamma;

/// A level of confidence, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// 95 %.
    pub const P95: Self = Self(95.0);
    /// 99.8 %: about three standard errors.
    pub const P99_8: Self = Self(99.8);

    /// A level in per cent, above 0 and below 100.
    pub fn percent(level: f64) -> Option<Self> {
        (level > 0.0 && level < 100.0).then_some(Self(level))
    }

    /// The level in per cent.
    pub fn level(self) -> f64 {
        self.0
    }

    /// The probability left out on each side.
    pub fn tail(self) -> f64 {
        (1.0 - self.0 / 100.0) / 2.0
    }

    /// How many standard errors of a normal distribution reach so far.
    pub fn z(self) -> f64 {
        -normal_quantile(self.tail())
    }

    /// How many standard errors of Student's distribution reach so far.
    pub fn t(self, degrees: f64) -> f64 {
        -t_quantile(self.tail(), degrees)
    }
}

/// The value below which a standard normal number lies with probability `p`.
pub fn normal_quantile(p: f64) -> f64 {
    let Ok(normal) = Normal::new(0.0, 1.0) else { return f64::NAN };
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    polish(normal.inverse_cdf(p), p, |x| normal_two_sided(x) / 2.0, |x| normal.pdf(x))
}

/// The probability that a standard normal number is at least so far from nought, either way.
pub fn normal_two_sided(z: f64) -> f64 {
    chi_squared_tail(z * z, 1.0)
}

/// The value below which a number of Student's distribution lies with probability `p`.
pub fn t_quantile(p: f64, degrees: f64) -> f64 {
    let Ok(student) = StudentsT::new(0.0, 1.0, degrees) else { return f64::NAN };
    if p > 0.5 {
        return -t_quantile(1.0 - p, degrees);
    }
    polish(student.inverse_cdf(p), p, |x| student.cdf(x), |x| student.pdf(x))
}

/// The probability that a number of Student's distribution is at least so far from nought, either way.
pub fn t_two_sided(t: f64, degrees: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees).map_or(f64::NAN, |student| (2.0 * student.cdf(-t.abs())).min(1.0))
}

/// The value below which a chi-squared number lies with probability `tail`. Nought for no degrees of freedom.
pub fn chi_squared_below(tail: f64, degrees: f64) -> f64 {
    if degrees == 0.0 {
        return 0.0;
    }
    let Ok(chi) = ChiSquared::new(degrees) else { return f64::NAN };
    if degrees >= 2.0 {
        return polish(chi.inverse_cdf(tail), tail, |x| chi.cdf(x), |x| chi.pdf(x));
    }
    // Close to nought the function is a power: from its inverse, which lies below, Newton's steps in logarithms only rise.
    let half = degrees / 2.0;
    let mut x = 2.0 * ((tail.ln() + ln_gamma(half + 1.0)) / half).exp();
    for _ in 0..100 {
        let step = (chi.cdf(x).ln() - tail.ln()) * chi.cdf(x) / (x * chi.pdf(x));
        if !step.is_finite() || step.abs() <= 1e-15 {
            break;
        }
        x *= (-step).exp();
    }
    x
}

/// The value above which a chi-squared number lies with probability `tail`.
pub fn chi_squared_above(tail: f64, degrees: f64) -> f64 {
    let Ok(chi) = ChiSquared::new(degrees) else { return f64::NAN };
    // From above the curve falls: the step has the other sign.
    polish(chi.inverse_cdf(1.0 - tail), tail, |x| chi.sf(x), |x| -chi.pdf(x))
}

/// The probability that a chi-squared number is larger.
pub fn chi_squared_tail(value: f64, degrees: f64) -> f64 {
    ChiSquared::new(degrees).map_or(f64::NAN, |chi| chi.sf(value))
}

/// Newton's steps from a near value to the last digits.
fn polish(start: f64, target: f64, reached: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..8 {
        let step = (reached(x) - target) / slope(x);
        if !step.is_finite() {
            break;
        }
        x -= step;
        if step.abs() <= 1e-15 * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Close to what R 4.2 gives, by 1e-11 of the value.
    fn r(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() <= 1e-11 * theirs.abs(), "{ours} against {theirs}");
    }

    #[test]
    fn quantiles_are_rs() {
        let mut wrong = Vec::new();
        for case in include_str!("../tests/expected/quantiles.csv").lines().skip(1) {
            let mut fields = case.split(',');
            let name = fields.next().unwrap();
            let n: Vec<f64> = fields.map(|field| field.parse().unwrap()).collect();
            let ours = match name {
                "qnorm" => normal_quantile(n[0]),
                "qt" => t_quantile(n[0], n[1]),
                "qchisq_lower" => chi_squared_below(n[0], n[1]),
                "qchisq_upper" => chi_squared_above(n[0], n[1]),
                "pnorm2" => normal_two_sided(n[0]),
                "pt2" => t_two_sided(n[0], n[1]),
                "pchisq_upper" => chi_squared_tail(n[0], n[1]),
                other => panic!("{other}"),
            };
            let within = if name.contains("qt") && n[1] > 10_000.0 { 1e-9 } else { 1e-11 };
            if (ours - n[2]).abs() > within * n[2].abs() {
                wrong.push(format!("{case}: {ours}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn levels_have_their_tails() {
        r(Confidence::P95.z(), 1.959_963_984_540_054);
        r(Confidence::P99_8.z(), 3.090_232_306_167_813_5);
        assert!(Confidence::percent(0.0).is_none() && Confidence::percent(100.0).is_none());
        assert_eq!(chi_squared_below(0.025, 0.0), 0.0);
    }
}

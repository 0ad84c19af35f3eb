//! The rules that tell special cause from chance.

use super::{Direction, Limits, Point, SpecialCause, Variation};

const RUN: usize = 7;

/// Judges each point by its own limits and by the points around it: of an XmR chart all limits are alike, of a P or U chart not.
pub fn judge(values: &[f64], limits: &[Limits], direction: Direction) -> Vec<Point> {
    let trends = trends(values);
    let sides: Vec<i8> = values.iter().zip(limits).map(|(v, l)| sign(v - l.mean)).collect();
    let shifts = shifts(&sides);
    let pairs = two_of_three(values, &sides, limits);
    values
        .iter()
        .zip(limits)
        .zip(trends.iter().zip(&shifts).zip(&pairs).zip(&sides))
        .map(|((value, limits), (((trend, shift), pair), side))| {
            let outside = *value > limits.upper || *value < limits.lower;
            let (cause, way) = match (outside, *trend, *pair, *shift) {
                (true, ..) => (Some(SpecialCause::OutsideLimits), *side),
                (_, way, ..) if way != 0 => (Some(SpecialCause::Trend), way),
                (_, _, true, _) => (Some(SpecialCause::TwoOfThree), *side),
                (_, _, _, true) => (Some(SpecialCause::Shift), *side),
                _ => (None, 0),
            };
            Point { value: *value, cause, way, variation: variation(way, direction) }
        })
        .collect()
}

fn variation(way: i8, direction: Direction) -> Variation {
    match (way, direction) {
        (0, _) => Variation::Common,
        (1, Direction::Increase) | (-1, Direction::Decrease) => Variation::Improvement,
        (_, Direction::Increase | Direction::Decrease) => Variation::Concern,
        (1, Direction::Neutral) => Variation::NeutralHigh,
        (_, Direction::Neutral) => Variation::NeutralLow,
    }
}

fn sign(difference: f64) -> i8 {
    if difference > 0.0 {
        1
    } else if difference < 0.0 {
        -1
    } else {
        0
    }
}

/// For each point 1 or -1 when it is in a run of seven that rises or falls strictly, else 0.
fn trends(values: &[f64]) -> Vec<i8> {
    let steps: Vec<i8> = values.iter().zip(values.iter().skip(1)).map(|(a, b)| sign(b - a)).collect();
    let mut flags = vec![0; values.len()];
    for (at, window) in steps.windows(RUN - 1).enumerate() {
        let way = window.first().copied().unwrap_or(0);
        if way != 0 && window.iter().all(|step| *step == way) {
            flags.iter_mut().skip(at).take(RUN).for_each(|flag| *flag = way);
        }
    }
    flags
}

/// For each point whether it is in a run of seven on one side of the mean. A point on the mean ends a run.
fn shifts(sides: &[i8]) -> Vec<bool> {
    let mut flags = vec![false; sides.len()];
    for (at, window) in sides.windows(RUN).enumerate() {
        let side = window.first().copied().unwrap_or(0);
        if side != 0 && window.iter().all(|s| *s == side) {
            flags.iter_mut().skip(at).take(RUN).for_each(|flag| *flag = true);
        }
    }
    flags
}

/// For each point whether it is close to a limit, in three points on one side of the mean of which two are.
fn two_of_three(values: &[f64], sides: &[i8], limits: &[Limits]) -> Vec<bool> {
    let close: Vec<bool> = values
        .iter()
        .zip(limits)
        .map(|(v, limits)| {
            let inside = *v >= limits.lower && *v <= limits.upper;
            inside && (*v > limits.near_upper || *v < limits.near_lower)
        })
        .collect();
    let mut flags = vec![false; values.len()];
    for (at, (side, near)) in sides.windows(3).zip(close.windows(3)).enumerate() {
        let together = side.iter().sum::<i8>().abs() == 3;
        if together && near.iter().filter(|n| **n).count() >= 2 {
            for (flag, near) in flags.iter_mut().skip(at).zip(near) {
                *flag |= near;
            }
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_on_the_mean_breaks_a_shift() {
        let sides = [1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1];
        let flags = shifts(&sides);
        assert_eq!(flags.iter().filter(|f| **f).count(), 7);
        assert!(!flags[5] && !flags[6] && flags[7]);
    }

    #[test]
    fn two_of_three_flags_only_those_near_the_limit() {
        let limits = Limits {
            mean: 0.0,
            moving_range: 1.0,
            lower: -2.66,
            upper: 2.66,
            near_lower: -1.77,
            near_upper: 1.77,
        };
        let values = [2.0, 0.5, 2.0, -0.1, 2.0];
        let sides: Vec<i8> = values.iter().map(|v| sign(*v)).collect();
        assert_eq!(two_of_three(&values, &sides, &[limits; 5]), [true, false, true, false, false]);
    }
}

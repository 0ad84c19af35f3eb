# Control charts of test data that we made, by the rules of NHSRplotthedots written a second time in base R: crates/wsic/tests/it/expected/spc.
# With a file of the columns series, date, value as argument: a line a special cause of that file instead, for ae.expected.csv.
# Run from the root: Rscript scripts/expected/spc.R
runs <- function(x, least) { r <- rle(x); rep(r$lengths >= least & r$values != 0, r$lengths) }
phase <- function(d, baseline, screen, direction) {
  y <- d$value; k <- length(y); from <- y[seq_len(min(k, baseline))]
  m <- mean(from); mr <- abs(diff(from)); if (screen) mr <- mr[mr < 3.267 * mean(mr)]
  unit <- if (length(mr)) 2.66 * mean(mr) else if (length(from) > 1) 0 else NaN
  near <- 2 * unit / 3; side <- sign(y - m)
  outside <- (y > m + unit | y < m - unit) %in% TRUE
  close <- !outside & ((y > m + near | y < m - near) %in% TRUE)
  # A run of six steps one way makes a trend of seven points; where two meet, the later gives the direction.
  steps <- sign(diff(y)); in_trend <- if (k > 1) runs(steps, 6) else logical()
  trend <- ifelse(c(in_trend, FALSE), c(steps, 0), ifelse(c(FALSE, in_trend), c(0, steps), 0))
  shift <- runs(side, 7)
  two <- rep(FALSE, k)
  for (i in seq_len(max(0, k - 2))) { at <- i:(i + 2); if (abs(sum(side[at])) == 3 && sum(close[at]) >= 2) two[at] <- two[at] | close[at] }
  way <- ifelse(outside, side, ifelse(trend != 0, trend, ifelse(two | shift, side, 0)))
  word <- ifelse(side > 0, "Above", "Below")
  cause <- ifelse(outside, ifelse(side > 0, "Above UCL", "Below LCL"),
           ifelse(trend != 0, ifelse(trend > 0, "7 Point Trend (Increasing)", "7 Point Trend (Decreasing)"),
           ifelse(two, paste("2 in 3", word, "CL"), ifelse(shift, paste("7 Points", word, "CL"), "Common Cause"))))
  type <- if (direction == 0) c("special_cause_neutral_low", "common_cause", "special_cause_neutral_high")[way + 2]
          else c("special_cause_concern", "common_cause", "special_cause_improvement")[way * direction + 2]
  data.frame(d, mean = m, lpl = m - unit, upl = m + unit, nlpl = m - near, nupl = m + near, special_cause_type = cause, point_type = type)
}
charts <- function(d, direction = 1, screen = TRUE, rebase = character(), baseline = Inf) {
  d <- d[order(d$series, d$date), ]
  group <- ave(d$date %in% rebase, d$series, FUN = cumsum)
  do.call(rbind, lapply(split(cbind(d, rebase_group = group), list(d$series, group), drop = TRUE), phase, baseline, screen, direction))
}
put <- function(data, name) {
  numbers <- sapply(data, is.double)
  data[numbers] <- lapply(data[numbers], function(x) ifelse(is.finite(x), sprintf("%.17g", x), ""))
  write.csv(data, file.path("crates/wsic/tests/it/expected/spc", name), row.names = FALSE, quote = FALSE, na = "")
}
given <- commandArgs(TRUE)
if (length(given)) {
  found <- charts(read.csv(given[1], colClasses = c(series = "character", date = "character", value = "numeric")))
  told <- aggregate(cbind(points = 1, mean = mean, lpl = lpl, upl = upl) ~ special_cause_type + point_type, found, sum)
  put(told, "ae.expected.csv")
} else {
  set.seed(7)
  dates <- format(seq(as.Date("2022-04-01"), by = "month", length.out = 48))
  shapes <- list(steady = 50 + rnorm(48, 0, 5), jump = c(50 + rnorm(24, 0, 4), 62 + rnorm(24, 0, 4)), drift = 30 + 0.4 * (1:48) + rnorm(48, 0, 3),
                 spikes = ifelse(runif(48) < 0.08, 90, 40) + rnorm(48, 0, 4), whole = rpois(48, 6), ties = rep(c(5, 5, 6, 7, 8, 9, 10, 11, 11, 4, 3, 2), 4),
                 short = c(3, 4, 9), climb = c(1:8, 8, 7:1, 1, 2, 2:9, rep(5, 6), 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6))
  made <- do.call(rbind, lapply(names(shapes), function(s) data.frame(series = s, date = dates[seq_along(shapes[[s]])], value = as.numeric(round(shapes[[s]], 2)))))
  put(made[sample(nrow(made)), ], "series.csv")
  put(charts(made, 1), "series.increase.csv")
  put(charts(made, -1, screen = FALSE), "series.unscreened.csv")
  put(charts(made, 0, rebase = "2024-04-01", baseline = 12), "series.rebased.csv")
}

# Test data that we made, and what R gives for it: crates/wsic/tests/it/expected/rate. Base R only. Run from the root: Rscript scripts/expected/rates.R
# The formulas are those of the publications named in docs/methods, written here a second time.
set.seed(20261122)
folder <- "crates/wsic/tests/it/expected/rate"
dir.create(folder, recursive = TRUE, showWarnings = FALSE)
put <- function(data, name) {
  numbers <- sapply(data, is.double)
  data[numbers] <- lapply(data[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(data, file.path(folder, name), row.names = FALSE, quote = FALSE, na = "")
}
byar <- function(x, p) {
  z <- qnorm(1 - p)
  list(low = ifelse(x == 0, 0, x * (1 - 1 / (9 * x) - z / (3 * sqrt(x)))^3),
       high = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1)))^3)
}
poisson_limits <- function(x, p) {
  b <- byar(x, p)
  list(low = ifelse(x < 10, qchisq(p, 2 * x) / 2, b$low),
       high = ifelse(x < 10, qchisq(p, 2 * x + 2, lower.tail = FALSE) / 2, b$high))
}
wilson <- function(x, n, p) {
  z <- qnorm(1 - p); root <- z * sqrt(z^2 + 4 * x * (1 - x / n))
  list(low = (2 * x + z^2 - root) / 2 / (n + z^2), high = (2 * x + z^2 + root) / 2 / (n + z^2))
}
levels <- list("95_0" = 0.025, "99_8" = 0.001)
with_limits <- function(found, of) {
  for (name in names(levels)) {
    limits <- of(levels[[name]])
    found[[paste0("lower", name, "cl")]] <- limits$low
    found[[paste0("upper", name, "cl")]] <- limits$high
  }
  found
}

# Proportions and rates, a row each and by region.
n <- c(20, 100, 29, 263, 5000, 12, 7, 150000, 480, 31)
crude <- data.frame(region = rep(c("North", "South"), 5), area = paste("Area", seq_along(n)),
                    numerator = c(0, 100, 1, 81, 1045, 9, 3, 1200, 10, 11), denominator = n)
put(crude, "crude.csv")
put(with_limits(data.frame(area = crude$area, value = crude$numerator / n), function(p) wilson(crude$numerator, n, p)), "crude.proportion.csv")
of_rate <- function(x, n) function(p) lapply(poisson_limits(x, p), function(limit) limit / n * 100000)
put(with_limits(data.frame(area = crude$area, value = crude$numerator / n * 100000), of_rate(crude$numerator, n)), "crude.rate.csv")
sums <- aggregate(cbind(numerator, denominator) ~ region, crude, sum)
put(with_limits(transform(sums, value = numerator / denominator), function(p) wilson(sums$numerator, sums$denominator, p)), "crude.proportion.region.csv")

# Directly standardised rates; the third area has too few events.
esp <- c(5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000)
bands <- c(paste(seq(0, 85, 5), seq(4, 89, 5), sep = "-"), "90+")
areas <- c("Brent", "Ealing", "Harrow")
direct <- expand.grid(ageband = bands, sex = c("female", "male"), area = areas, stringsAsFactors = FALSE)
direct$population <- sample(800:9000, nrow(direct))
direct$count <- rpois(nrow(direct), direct$population * rep(exp(seq(-7, -3, length.out = 19)), 6))
direct$count[direct$area == "Harrow" & direct$sex == "male"] <- c(rep(0, 15), 1, 2, 3, 1)
put(direct[sample(nrow(direct)), c("area", "sex", "ageband", "count", "population")], "dsr.csv")
dsr_of <- function(d, squares = d$count) {
  x <- sum(d$count); w <- esp / sum(esp)
  value <- sum(w * d$count / d$population); variance <- sum(w^2 * squares / d$population^2)
  found <- with_limits(data.frame(total_count = x, total_pop = sum(d$population), value = value * 1e5), function(p) {
    b <- byar(x, p); unit <- sqrt(variance / x)
    list(low = (value + unit * (b$low - x)) * 1e5, high = (value + unit * (b$high - x)) * 1e5)
  })
  if (x < 10) found[, -(1:2)] <- NA
  found
}
each <- function(data, by, of) do.call(rbind, lapply(split(data, data[by], drop = TRUE), function(d) cbind(d[1, by, drop = FALSE], of(d))))
put(each(direct, c("area", "sex"), dsr_of), "dsr.expected.csv")

# People with one, two and three events.
repeated <- do.call(rbind, lapply(1:3, function(times) {
  d <- direct[direct$sex == "female", c("area", "ageband", "population", "count")]
  transform(d, eventfreq = times, people = floor(count * c(0.7, 0.2, 0.1)[times] / times) + (times == 1), count = NULL)
}))
put(repeated[sample(nrow(repeated)), ], "dsr_repeat.csv")
put(each(repeated, "area", function(d) {
  d$count <- d$people * d$eventfreq; d$squares <- d$people * d$eventfreq^2
  s <- aggregate(cbind(count, squares) ~ ageband + population, d, sum)
  s <- s[match(bands, s$ageband), ]
  dsr_of(s, s$squares)
}), "dsr_repeat.expected.csv")

# Indirectly standardised; the reference is all areas, and one area has few events.
reference <- aggregate(cbind(count, population) ~ ageband, direct, sum)
indirect <- merge(direct[direct$sex == "male", ], setNames(reference, c("ageband", "x_ref", "n_ref")))
put(indirect[, c("area", "ageband", "count", "population", "x_ref", "n_ref")], "indirect.csv")
indirect_of <- function(d) {
  expected <- sum(d$x_ref / d$n_ref * d$population); x <- sum(d$count)
  rate <- sum(d$x_ref) / sum(d$n_ref) * 1e5
  found <- data.frame(observed = x, expected = expected, ref_rate = rate, value = x / expected * rate)
  with_limits(found, function(p) lapply(poisson_limits(x, p), function(limit) limit / expected * rate))
}
put(each(indirect, "area", indirect_of), "indirect.isr.csv")
put(each(indirect, "area", function(d) {
  found <- indirect_of(d); scale <- c("value", grep("cl$", names(found), value = TRUE))
  found[scale] <- found[scale] / found$ref_rate
  found[names(found) != "ref_rate"]
}), "indirect.smr.csv")

# Means and quantiles.
sample_of <- data.frame(ward = rep(c("A", "B", "C"), c(12, 25, 1)), value = round(rnorm(38, 40, 9), 3))
put(sample_of, "mean.csv")
put(each(sample_of, "ward", function(d) {
  m <- mean(d$value); s <- sd(d$value); k <- nrow(d)
  with_limits(data.frame(value_sum = sum(d$value), value_count = k, stdev = s, value = m), function(p) {
    reach <- if (k > 1) qt(1 - p, k - 1) * s / sqrt(k) else NA
    list(low = m - reach, high = m + reach)
  })
}), "mean.expected.csv")
ranked <- data.frame(region = rep(c("R1", "R2", "R3"), c(60, 45, 7)), value = as.numeric(sample(80, 112, replace = TRUE)))
ranked$value[c(5, 70)] <- NA
put(ranked, "quantile.csv")
quantile_of <- function(value, q, invert) {
  k <- sum(!is.na(value)); key <- if (invert) max(value, na.rm = TRUE) - value else value
  r <- rank(key, ties.method = "min", na.last = "keep")
  group <- floor((q + 1) - ceiling(((k + 1) - r) / (k / q)))
  if (k < q) rep(NA, length(value)) else ifelse(group == 0, 1, group)
}
put(data.frame(region = ranked$region, value = ranked$value,
               quantile = as.integer(ave(ranked$value, ranked$region, FUN = function(v) quantile_of(v, 10, TRUE)))), "quantile.expected.csv")
put(data.frame(region = ranked$region, value = ranked$value, quantile = as.integer(quantile_of(ranked$value, 5, FALSE))), "quantile.five.csv")

# Inequality: the line by weighted least squares, limits of its ends by the distribution that draws would have.
deciles <- data.frame(area = rep(c("Area1", "Area2"), each = 10), decile = rep(1:10, 2),
  population = c(7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534, 21675, 20065, 19750, 24713, 20112, 19618, 22408, 19752, 18939, 19312),
  value = c(75.9, 78.3, 83.8, 83.6, 80.5, 81.1, 81.7, 84.2, 80.6, 86.3, 70.5, 71.6, 72.5, 73.5, 73.1, 76.2, 78.7, 80.6, 80.9, 80),
  se = c(1.64, 1.58, 1.51, 1.78, 1.7, 1.56, 1.37, 1.4, 2.43, 1.57, 0.23, 0.26, 0.3, 0.16, 0.79, 0.78, 0.4, 0.28, 0.23, 0.35))
put(deciles, "sii.csv")
line_of <- function(d) {
  a <- d$population / sum(d$population); rank <- cumsum(a) - a / 2
  list(fit = coef(lm(d$value ~ rank, weights = a)), hat = solve(t(cbind(1, rank)) %*% (a * cbind(1, rank))) %*% t(a * cbind(1, rank)))
}
put(each(deciles, "area", function(d) {
  line <- line_of(d); v <- line$hat %*% diag(d$se^2) %*% t(line$hat); b <- line$fit
  found <- data.frame(sii = b[[2]], rii = sum(b) / b[[1]])
  for (name in names(levels)) {
    z <- qnorm(1 - levels[[name]])
    found[[paste0("sii_lower", name, "cl")]] <- b[[2]] - z * sqrt(v[2, 2])
    found[[paste0("sii_upper", name, "cl")]] <- b[[2]] + z * sqrt(v[2, 2])
    # The ratio is at most r with the probability that both ends together less r times the start are at most nought.
    at <- function(p) uniroot(function(r) {
      m <- sum(b) - r * b[[1]]; s <- sqrt((1 - r)^2 * v[1, 1] + v[2, 2] + 2 * (1 - r) * v[1, 2])
      -m / s - qnorm(p)
    }, c(0.5, 3), tol = 1e-15)$root
    found[[paste0("rii_lower", name, "cl")]] <- at(levels[[name]])
    found[[paste0("rii_upper", name, "cl")]] <- at(1 - levels[[name]])
  }
  found
}), "sii.expected.csv")
shares <- data.frame(quantile = 1:5, numerator = c(900, 820, 700, 640, 520), population = c(9000, 9500, 9100, 9900, 9300))
shares <- with(shares, cbind(shares, setNames(as.data.frame(wilson(numerator, population, 0.025)), c("lowercl", "uppercl"))))
put(shares, "sii_proportion.csv")
d <- transform(shares, value = numerator / population); line <- line_of(d)
logit <- function(p) log(p / (1 - p))
drawn <- replicate(200000, { y <- plogis(rnorm(5, logit(d$value), (logit(d$uppercl) - logit(d$lowercl)) / qnorm(0.975) / 2)); line$hat %*% y })
drawn <- matrix(drawn, nrow = 2)
put(data.frame(sii = line$fit[[2]], rii = sum(line$fit) / line$fit[[1]],
  sii_lower95_0cl = quantile(drawn[2, ], 0.025), sii_upper95_0cl = quantile(drawn[2, ], 0.975),
  rii_lower95_0cl = quantile(colSums(drawn) / drawn[1, ], 0.025), rii_upper95_0cl = quantile(colSums(drawn) / drawn[1, ], 0.975)), "sii_proportion.expected.csv")

# Funnels.
trusts <- data.frame(trust = paste0("T", 1:40), expected = round(runif(40, 15, 900), 2), denominator = sample(300:20000, 40))
trusts$numerator <- pmax(1, rpois(40, trusts$expected * exp(rnorm(40, 0, 0.15))))
trusts$numerator <- pmin(trusts$numerator, trusts$denominator)
put(trusts, "funnel.csv")
x <- trusts$numerator; n <- trusts$denominator; e <- trusts$expected
chance <- function(e, n) function(p) list(low = qchisq(p, 2 * e) / 2 / n, high = qchisq(p, 2 * (e + 1), lower.tail = FALSE) / 2 / n)
base <- sum(x) / sum(n)
put(with_limits(data.frame(trust = trusts$trust, value = x / n, baseline = base), function(p) {
  reach <- qnorm(1 - p) * sqrt(base * (1 - base) / n); list(low = pmax(0, base - reach), high = pmin(1, base + reach))
}), "funnel.proportion.csv")
put(with_limits(data.frame(trust = trusts$trust, value = x / n * 1e5, baseline = base * 1e5),
  function(p) lapply(chance(base * n, n)(p), function(limit) limit * 1e5)), "funnel.rate.csv")
put(with_limits(data.frame(trust = trusts$trust, value = x / e, baseline = 1), chance(e, e)), "funnel.ratio.csv")
between <- function(z, s) { k <- length(z); w <- 1 / s^2; max(0, (sum(z^2) - (k - 1)) / (sum(w) - sum(w^2) / sum(w))) }
winsor <- function(z) pmin(pmax(z, quantile(z, 0.1)), quantile(z, 0.9))
over <- function(value, base, z, s, reach_of) {
  found <- data.frame(trust = trusts$trust, value = value, baseline = base)
  found <- with_limits(found, reach_of(between(z, s)))
  transform(found, phi = mean(z^2), tau2 = between(z, s))
}
s <- 1 / (2 * sqrt(n)); m <- asin(sqrt(base)); z <- winsor((asin(sqrt(x / n)) - m) / s)
put(over(x / n, base, z, s, function(t) function(p) { r <- qnorm(1 - p) * sqrt(s^2 + t); list(low = sin(pmax(0, m - r))^2, high = sin(m + r)^2) }), "funnel.proportion.cqc.csv")
s <- 1 / (2 * sqrt(e)); z <- winsor((sqrt(x / e) - 1) / s)
put(over(x / e, 1, z, s, function(t) function(p) { r <- qnorm(1 - p) * sqrt(s^2 + t); list(low = (1 - r)^2, high = (1 + r)^2) }), "funnel.ratio.cqc.csv")
s <- 1 / sqrt(e); z <- log(x / e) / s; place <- floor(rank(z) * 10 / (length(z) + 1)); keep <- place > 0 & place < 9
whole <- s
put(over(x / e, 1, z[keep], s[keep], function(t) function(p) { r <- qnorm(1 - p) * sqrt(whole^2 + t); list(low = exp(-r), high = exp(r)) }), "funnel.ratio.shmi.csv")

# Life expectancy: the table that PHEindicatormethods gives as its example, with the answers of its tests, which are rounded to ten digits.
life <- data.frame(startage = c("0", "1-4", "5-9", "10-14", "15-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59",
                                "60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90+"),
  population = c(7060, 35059, 46974, 48489, 43219, 38561, 46009, 57208, 61435, 55601, 50209, 56416, 46411, 39820, 37978, 37039, 33288, 23306, 11936, 11936),
  deaths = c(17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937))
put(life[sample(20), ], "life.csv")
put(cbind(life["startage"], data.frame(
  value = c(80.16960813, 79.36245674, 75.44193645, 70.47299936, 65.52909542, 60.67510088, 55.78835987, 50.92752727, 46.06740425, 41.24505636,
            36.49322717, 31.83343842, 27.26027992, 22.9719144, 18.76856852, 14.95858336, 11.51684445, 8.618849241, 6.163942934, 6.16210635),
  lowercl = c(79.88268548, 79.0898816, 75.17407307, 70.20675732, 65.26548673, 60.41876577, 55.53801579, 50.68279939, 45.82666794, 41.00842831,
              36.26223216, 31.60996318, 27.04337271, 22.76653134, 18.57570352, 14.77985004, 11.34831778, 8.451134045, 5.978358351, 5.887683386),
  uppercl = c(80.45653078, 79.63503188, 75.70979983, 70.7392414, 65.79270412, 60.931436, 56.03870395, 51.17225516, 46.30814055, 41.48168441,
              36.72422219, 32.05691365, 27.47718713, 23.17729746, 18.96143352, 15.13731667, 11.68537112, 8.786564437, 6.349527517, 6.436529314))), "life.published.csv")
# The same once more by the formulas, to all digits.
of_life <- function(d) {
  k <- nrow(d); start <- as.integer(sub("\\D.*", "", d$startage)); M <- d$deaths / d$population
  w <- c(diff(start), 2 / M[k]); a <- ifelse(start == 0, 0.1, 0.5)
  q <- ifelse(M * w * a <= 1, M * w / (1 + M * w * (1 - a)), 1); q[k] <- 1
  l <- c(1e5, 1e5 * cumprod(1 - q)[-k]); dying <- l - c(l[-1], 0)
  L <- c((w * (c(l[-1], 0) + a * dying))[-k], l[k] / M[k]); T <- rev(cumsum(rev(L))); e <- T / l
  s <- ifelse(dying == 0, 0, q^2 * (1 - q) / d$deaths); ahead <- c(e[-1], 0)
  W <- s * l^2 * ((1 - a) * w + ahead)^2; W[k] <- (l[k] / 2)^2 * 4 / (d$deaths[k] * M[k]^2)
  se <- sqrt(rev(cumsum(rev(W))) / l^2)
  with_limits(data.frame(startage = d$startage, value = e), function(p) list(low = e - qnorm(1 - p) * se, high = e + qnorm(1 - p) * se))
}
put(of_life(life), "life.expected.csv")

# Rscript make.R NAME... - data of these cases (simulated from seed 1; eight_schools: D. B. Rubin, Estimation in parallel
# randomized experiments, Journal of Educational Statistics 6, 1981) and their posterior by rstan, as NAME.json and NAME.csv.
#
# 4 chains of 1,000 + 4,000 draws (some 10,000, equations 1,500). NAME.csv has the layout of posteriordb's summaries, with the Monte Carlo
# standard error of package posterior. Data are rounded before they are fitted, so the file is what was fitted. Made with rstan
# 2.21.7. No test runs this.
suppressMessages({
  library(rstan)
  library(posterior)
  library(jsonlite)
})
if (!nzchar(system.file("include", package = "BH"))) rstan_options(boost_lib = "/usr/include")
sig <- function(x, n = 4) signif(x, n)
draw_states <- function(n, K, A) { s <- integer(n); s[1] <- 1L; for (t in 2:n) s[t] <- sample.int(K, 1, prob = A[s[t - 1], ]); s }
euler <- function(y, f, to, h = 1e-3) { t <- 0; out <- NULL; for (end in to) { while (t < end - h / 2) { y <- y + h * f(t + h / 2, y + h / 2 * f(t, y)); t <- t + h }; out <- rbind(out, y) }; out }

data_of <- list(
  eight_schools = function() list(J = 8, y = c(28, 8, -3, 7, -1, 1, 18, 12), sigma = c(15, 10, 16, 11, 9, 11, 10, 18)),
  arma11 = function() { y <- as.numeric(arima.sim(list(ar = 0.7, ma = 0.4), 120, sd = 0.5)) + 1; list(T = 120, y = sig(y)) },
  garch11 = function() { n <- 200; y <- s <- numeric(n); s[1] <- 0.9; y[1] <- 0.3 + s[1] * rnorm(1)
    for (t in 2:n) { s[t] <- sqrt(0.3 + 0.4 * (y[t - 1] - 0.3)^2 + 0.3 * s[t - 1]^2); y[t] <- 0.3 + s[t] * rnorm(1) }
    list(T = n, y = sig(y), sigma1 = 0.9) },
  hmm_gaussian = function() { A <- rbind(c(.8, .15, .05), c(.1, .8, .1), c(.1, .2, .7)); k <- draw_states(150, 3, A)
    list(N = 150, K = 3, y = sig(rnorm(150, c(-3, 1, 6)[k], c(.8, .5, 1.2)[k]))) },
  hmm_drive = function() { A <- rbind(c(.85, .15), c(.2, .8)); k <- draw_states(200, 2, A)
    list(N = 200, K = 2, u = sig(rexp(200, c(.5, 3)[k])), v = sig(rexp(200, c(.8, 4)[k])), alpha = rbind(c(4, 2), c(2, 4))) },
  gp_pois_regr = function() { x <- seq(-10, 10, 2); list(N = 11, x = x, k = rpois(11, exp(2.5 + 1.2 * sin(x / 4)))) },
  logistic_interaction = function() { n <- 300; d <- sig(rgamma(n, 1.6, 1.6 / 48), 3); a <- sig(.5 + rgamma(n, 1.2, 1), 3)
    e <- .35 - .9 * (d - mean(d)) / 100 + .5 * (a - mean(a)) - .2 * (d - mean(d)) / 100 * (a - mean(a))
    list(N = n, y = rbinom(n, 1, plogis(e)), dist = d, arsenic = a) },
  interaction_z = function() { n <- 200; m <- rbinom(n, 1, .4); h <- round(rnorm(n, 64 + 5 * m, 2.7), 1)
    list(N = n, earn = round(exp(rnorm(n, 8.8 + .01 * h + .4 * m, .9))), height = h, male = m) },
  one_comp_mm = function() { times <- c(.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20)
    C <- euler(0, function(t, C) exp(-.75 * t) * 30 * .75 / 2 - 1 / 2 * C / (.25 + C), times)
    list(t0 = 0, D = 30, V = 2, N = 20, times = times, C_hat = sig(exp(rnorm(20, log(C[, 1]), .15)))) },
  radon = function() { J <- 25; N <- 240; g <- c(1:J, sample.int(J, N - J, TRUE, prob = rexp(J) + .1)); u <- sig(rnorm(J, 0, .4)); f <- rbinom(N, 1, .2)
    a <- 1.4 + .7 * u + .2 * rnorm(J); b <- -.7 + .25 * rnorm(J)
    list(N = N, J = J, county = g, floor_measure = f, log_uppm = u, log_radon = sig(rnorm(N, a[g] + b[g] * f, .75))) },
  seeds = function() { I <- 21; N <- sample(4:80, I, TRUE); x1 <- rep(0:1, length.out = I); x2 <- rep(c(0, 0, 1), 7)
    list(I = I, n = rbinom(I, N, plogis(-.5 + .1 * x1 + 1.2 * x2 - .8 * x1 * x2 + .35 * rnorm(I))), N = N, x1 = x1, x2 = x2) },
  rats = function() { x <- c(8, 15, 22, 29, 36); N <- 20; a <- rnorm(N, 242, 14); b <- rnorm(N, 6.2, .5)
    list(N = N, T = 5, x = x, xbar = 22, y = round(t(sapply(1:N, function(i) rnorm(5, a[i] + b[i] * (x - 22), 6))))) },
  surgical = function() { n <- c(47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360); list(N = 12, r = rbinom(12, n, plogis(rnorm(12, -2.5, .5))), n = n) },
  capture_m0 = function() { s <- rbinom(100, 4, .35); s <- s[s > 0]; list(M = length(s) + 60, T = 4, s = c(s, rep(0, 60))) },
  capture_mb = function() { y <- matrix(0L, 90, 5); for (i in 1:90) { b <- FALSE; for (t in 1:5) { y[i, t] <- rbinom(1, 1, if (b) .6 else .3); b <- b || y[i, t] == 1 } }
    y <- y[rowSums(y) > 0, ]; y <- rbind(y, matrix(0L, 50, 5)); list(M = nrow(y), T = 5, y = y) },
  capture_mh = function() { s <- rbinom(70, 8, plogis(rnorm(70, -1, .8))); s <- s[s > 0]; list(M = length(s) + 40, T = 8, s = c(s, rep(0, 40))) },
  capture_mt = function() { y <- sapply(c(.2, .5, .35, .4), function(p) rbinom(90, 1, p)); y <- y[rowSums(y) > 0, ]; y <- rbind(y, matrix(0L, 50, 4)); list(M = nrow(y), T = 4, y = y) },
  irt_2pl = function() { I <- 10; J <- 60; th <- rnorm(J); a <- exp(.4 * rnorm(I)); b <- rnorm(I, 0, 1)
    list(I = I, J = J, y = t(sapply(1:I, function(i) rbinom(J, 1, plogis(a[i] * (th - b[i])))))) },
  changepoint = function() list(T = 60, y = c(rpois(25, 3.1), rpois(35, 1.2)), r_e = 0.5, r_l = 0.5),
  ordered_logistic = function() { x <- sig(rnorm(200)); u <- x * 1.1 + rlogis(200); list(K = 4, N = 200, y = 1 + (u > -1) + (u > .3) + (u > 1.8), x = x) },
  zero_inflated = function() { x <- sig(rnorm(150)); list(N = 150, y = rbinom(150, 1, .65) * rpois(150, exp(.8 + .4 * x)), x = x) },
  beta_binomial = function() { g <- rep(1:3, each = 12); n <- sample(10:40, 36, TRUE); m <- c(.2, .45, .7)[g]; list(N = 36, y = rbinom(36, n, rbeta(36, m * 9, (1 - m) * 9)), n = n, J = 3, g = g) },
  neg_binomial = function() { x <- sig(rnorm(80)); d <- sample(5:60, 80, TRUE); list(N = 80, y = rnbinom(80, mu = exp(-2 + .5 * x) * d, size = 3), x = x, days = d) },
  bounds = function() list(N_point = 3, point = c(3100, 3850, 4000), N_least = 4, least = c(3000, 2500, 3500, 1000), N_most = 3, most = c(4500, 6000, 4000), N_range = 2, low = c(3000, 3800), high = c(3800, 4700)),
  local_level = function() { l <- 2 + cumsum(.4 * rnorm(60)); list(T = 60, y = sig(rnorm(60, l, .6))) },
  sir = function() { Y <- euler(c(762, 1, 0), function(t, y) c(-1.7 * y[1] * y[2] / 763, 1.7 * y[1] * y[2] / 763 - .5 * y[2], .5 * y[2]), 1:14)
    list(N = 14, ts = 1:14, cases = rnbinom(14, mu = Y[, 2], size = 12), population = 763, i0 = 1) },
  robust = function() { n <- 120; X <- matrix(sig(rnorm(3 * n)), n); list(N = n, P = 3, X = X, y = sig(1 + X %*% c(.8, -.4, 0) + .7 * rt(n, 4))[, 1]) },
  dogs = function() { y <- matrix(0L, 20, 15); for (j in 1:20) { a <- s <- 0; for (t in 1:15) { y[j, t] <- rbinom(1, 1, plogis(1.8 - .35 * a - .2 * s)); a <- a + 1 - y[j, t]; s <- s + y[j, t] } }; list(J = 20, T = 15, y = y) })

long <- c("arma11", "garch11", "zero_inflated", "hmm_gaussian", "logistic_interaction", "changepoint", "capture_m0", "seeds",
  "surgical")
# Quantities that are only scratch, or one of a pair.
left_out <- c("lp__", "eta", "lp", "eta_a", "eta_b", "eps_raw", "move", "level1", "y")
for (name in commandArgs(TRUE)) {
  draws <- if (name %in% long) 10000 else if (name %in% c("one_comp_mm", "sir")) 1500 else 4000
  set.seed(1)
  file <- paste0(name, ".json")
  write(toJSON(data_of[[name]](), auto_unbox = TRUE, digits = NA), file)
  data <- fromJSON(file)
  started <- Sys.time()
  model <- stan_model(paste0(name, ".stan"), auto_write = FALSE)
  compiled <- Sys.time()
  fit <- sampling(model, data, chains = 4, iter = 1000 + draws, warmup = 1000, cores = 1, refresh = 0, seed = 1,
    init = if (name == "bounds") function() list(mu = 3500, sigma = 500) else "random",
    control = list(adapt_delta = if (name %in% c("radon", "seeds", "capture_mh", "irt_2pl", "local_level")) 0.99 else 0.9))
  ended <- Sys.time()
  pars <- setdiff(fit@model_pars, left_out)
  s <- summarise_draws(as_draws_array(as.array(fit, pars = pars)), mean = mean, sd = sd, mcse_mean = mcse_mean,
    ~quantile2(.x, c(.05, .25, .5, .75, .95)), rhat = rhat, ess_bulk = ess_bulk)
  div <- sum(sapply(get_sampler_params(fit, FALSE), function(q) sum(q[, "divergent__"])))
  cat(sprintf("%s: compiled in %.0f s, sampled in %.0f s, %d divergent, rhat %.4f, smallest ess %.0f\n", name, as.numeric(compiled - started, units = "secs"),
    as.numeric(ended - compiled, units = "secs"), div, max(s$rhat), min(s$ess_bulk)))
  columns <- c(mean = "mean", sd = "sd", mcse_mean = "mcse_mean", q05 = "q5", q25 = "q25", q50 = "q50", q75 = "q75", q95 = "q95", rhat = "rhat")
  out <- data.frame(posterior = name, parameter = gsub(" ", "", s$variable), n_draws = 4 * draws,
    lapply(columns, function(k) signif(as.numeric(s[[k]]), 7)))
  write.csv(out, paste0(name, ".csv"), row.names = FALSE, quote = 2)
}

# mcmc.R version stan|jags, or stan|jags MODEL DIR OUT SEED REPEATS - the models of make bench-mcmc by rstan and JAGS, 4 chains on 2 processors
#
# A line a run: seconds of sampling, seconds with compilation. The processor time shared among the processors, or the
# time of the call, whichever is less. rstan's is compiled once, kept in DIR with the time that it took. Draws go to OUT-K.csv: a
# column chain, then quantities.
args <- commandArgs(TRUE)
cores <- 2L
now <- function() as.numeric(Sys.time())

if (args[1] == "version") {
  if (args[2] == "stan") {
    suppressMessages(library(rstan))
    cat("rstan", as.character(packageVersion("rstan")), "with Stan", stan_version(), "\n")
  } else {
    suppressMessages(library(rjags))
    cat("rjags", as.character(packageVersion("rjags")), "with JAGS", as.character(jags.version()), "\n")
  }
  quit()
}
tool <- args[1]
name <- args[2]
dir <- args[3]
out <- args[4]
seed <- as.integer(args[5])
table_of <- function() read.csv(file.path(dir, paste0(name, ".csv")))
data <- switch(name,
  eight = list(J = 8L, y = c(28, 8, -3, 7, -1, 1, 18, 12), sigma = c(15, 10, 16, 11, 9, 11, 10, 18)),
  logistic = { t <- table_of(); list(N = nrow(t), K = ncol(t) - 1L, X = as.matrix(t[, -1]), y = as.integer(t$y)) },
  losses = { t <- table_of(); list(N = nrow(t), J = 20L, g = t$g, y = t$y, log_exposure = t$log_exposure, x = t$x) })
kept <- list(eight = c("mu", "tau", "theta"), logistic = c("alpha", "beta"), losses = c("mu", "tau", "b", "a"))[[name]]
save_draws <- function(m, k) write.csv(m, sprintf("%s-%d.csv", out, k), row.names = FALSE)
say <- function(k, sampling, whole) cat(sprintf("run %d %.6f %.6f\n", k, sampling, whole))

stan <- c(eight = "
data { int J; vector[J] y; vector<lower=0>[J] sigma; }
parameters { real mu; real<lower=0> tau; vector[J] z; }
transformed parameters { vector[J] theta = mu + tau * z; }
model { mu ~ normal(0, 5); tau ~ cauchy(0, 5); z ~ std_normal(); y ~ normal(theta, sigma); }", logistic = "
data { int N; int K; matrix[N, K] X; int<lower=0, upper=1> y[N]; }
parameters { real alpha; vector[K] beta; }
model { alpha ~ normal(0, 2.5); beta ~ normal(0, 2.5); y ~ bernoulli_logit_glm(X, alpha, beta); }", losses = "
data { int N; int J; int g[N]; int y[N]; vector[N] log_exposure; vector[N] x; }
parameters { real mu; real<lower=0> tau; real b; vector[J] a; }
model { mu ~ normal(0, 5); tau ~ normal(0, 1); b ~ normal(0, 1); a ~ normal(mu, tau); y ~ poisson_log(a[g] + b * x + log_exposure); }")

jags <- c(eight = "model {
  mu ~ dnorm(0, 0.04); tau ~ dt(0, 0.04, 1)T(0,)
  for (j in 1:J) { z[j] ~ dnorm(0, 1); theta[j] <- mu + tau * z[j]; y[j] ~ dnorm(theta[j], pow(sigma[j], -2)) }
}", logistic = "model {
  alpha ~ dnorm(0, 0.16)
  for (k in 1:K) { beta[k] ~ dnorm(0, 0.16) }
  for (i in 1:N) { logit(p[i]) <- alpha + inprod(X[i, ], beta); y[i] ~ dbern(p[i]) }
}", losses = "model {
  mu ~ dnorm(0, 0.04); tau ~ dnorm(0, 1)T(0,); b ~ dnorm(0, 1)
  for (j in 1:J) { a[j] ~ dnorm(mu, pow(tau, -2)) }
  for (i in 1:N) { y[i] ~ dpois(exp(a[g[i]] + b * x[i] + log_exposure[i])) }
}")

if (tool == "stan") {
  suppressMessages(library(rstan))
  if (!nzchar(system.file("include", package = "BH"))) rstan_options(boost_lib = "/usr/include")
  kept_model <- file.path(dir, paste0(name, ".rds"))
  if (!file.exists(kept_model)) {
    start <- now()
    model <- stan_model(model_code = stan[[name]])
    made <- list(model = model, seconds = now() - start)
    saveRDS(made, kept_model)
  } else {
    made <- readRDS(kept_model)
  }
  for (k in seq_len(as.integer(args[6]))) {
    start <- now()
    fit <- sampling(made$model, data, chains = 4, iter = 2000, warmup = 1000, cores = cores, refresh = 0, seed = seed * 1000L + k)
    call <- now() - start
    sampling_alone <- min(call, sum(get_elapsed_time(fit)) / cores)
    draws <- as.array(fit, pars = kept)
    m <- do.call(rbind, lapply(1:4, function(chain) cbind(chain, draws[, chain, ])))
    save_draws(m, k)
    say(k, sampling_alone, sampling_alone + made$seconds)
  }
} else {
  suppressMessages({
    library(rjags)
    library(parallel)
  })
  load.module("glm", quiet = TRUE)
  if (name == "eight") data$J <- 8L
  if (name == "logistic") data <- data[c("N", "K", "X", "y")]
  for (k in seq_len(as.integer(args[6]))) {
    start <- now()
    used <- sum(proc.time()[4:5])
    chains <- mclapply(1:4, function(chain) {
      from <- proc.time()[1]
      j <- jags.model(textConnection(jags[[name]]), data, n.chains = 1, n.adapt = 0, quiet = TRUE,
        inits = list(.RNG.name = "base::Mersenne-Twister", .RNG.seed = (seed * 1000L + k) * 10L + chain))
      compiled <- proc.time()[1] - from
      adapt(j, 1000, progress.bar = "none")
      list(compiled = compiled, draws = as.matrix(coda.samples(j, kept, 1000, progress.bar = "none")))
    }, mc.cores = cores)
    whole <- min(now() - start, (sum(proc.time()[4:5]) - used) / cores)
    save_draws(do.call(rbind, lapply(1:4, function(chain) cbind(chain, chains[[chain]]$draws))), k)
    say(k, whole - sum(sapply(chains, `[[`, "compiled")) / cores, whole)
  }
}

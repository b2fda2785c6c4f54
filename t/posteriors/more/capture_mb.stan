data { int<lower=0> M; int<lower=0> T; int<lower=0, upper=1> y[M, T]; }
transformed data {
  int before[M, T];
  int seen[M];
  for (i in 1:M) {
    before[i, 1] = 0;
    for (t in 2:T) before[i, t] = before[i, t - 1] == 1 || y[i, t - 1] == 1;
    seen[i] = sum(y[i]) > 0;
  }
}
parameters { real<lower=0, upper=1> omega; real<lower=0, upper=1> p; real<lower=0, upper=1> c; }
model {
  for (i in 1:M) {
    real lp = 0;
    for (t in 1:T) lp += bernoulli_lpmf(y[i, t] | before[i, t] == 1 ? c : p);
    if (seen[i]) target += log(omega) + lp;
    else target += log_sum_exp(log(omega) + lp, log1m(omega));
  }
}

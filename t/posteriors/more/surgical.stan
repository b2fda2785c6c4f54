data { int<lower=0> N; int r[N]; int n[N]; }
parameters { real mu; real<lower=0> sigmasq; vector[N] b; }
transformed parameters { real<lower=0> sigma = sqrt(sigmasq); vector[N] p = inv_logit(b); }
model {
  mu ~ normal(0, 10);
  sigmasq ~ inv_gamma(0.5, 0.5);
  b ~ normal(mu, sigma);
  r ~ binomial_logit(n, b);
}
